import { defineConfig } from "@playwright/test";
import { launchOptions } from "./e2e/browser";

/** Journeys in a browser through the built product, which one global setup starts on a folder and a port of its own. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  globalSetup: "./e2e/start-product.ts",
  // One line, so one journey at a time.
  workers: 1,
  // Beyond the sum of what a journey waits for.
  timeout: 900_000,
  expect: { timeout: 60_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    launchOptions: launchOptions(),
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
  },
});

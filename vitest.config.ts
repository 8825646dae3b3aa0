import { defineConfig } from "vitest/config";

const ignored = ["node_modules/**", ".next/**"];

/**
 * unit: no process, no database. real: the embedded PostgreSQL, DuckDB and files, started by the tests.
 * service: the same contract suites against the services named by environment variables (.ci/run).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{app,server,workers,config,scripts,chaos}/**/*.test.{ts,tsx}"],
          exclude: [...ignored, "**/*.real.test.ts", "**/*.service.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "real",
          include: ["{server,workers,config,e2e,chaos}/**/*.real.test.ts"],
          exclude: ignored,
          // For what hangs without a word. What is waited for has a deadline of its own, and says what it was: this one must not come before it.
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          // Most of them wait for a process or a database: two files at a time use two cores. Each has its own database, folder and ports.
          maxWorkers: 2,
          // A file leaves nothing behind in its process, and reading the same three hundred modules again for each took a tenth of the time.
          isolate: false,
          // Worker processes at a time in one file.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: "service",
          include: ["{server,workers}/**/*.service.test.ts"],
          exclude: ignored,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

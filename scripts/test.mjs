// All tests, in the order in which they are quick to fail: rules and unit tests, the real parts, then the built product in a browser.
import { spawnSync } from "node:child_process";

const steps = [
  ["the rules and the unit tests", "npm", ["run", "-s", "check"]],
  [
    "the real parts: embedded PostgreSQL, DuckDB, files, processes",
    "npx",
    ["vitest", "run", "--project", "real"],
  ],
  ["the build", "npm", ["run", "-s", "build"]],
  ["the journeys in a browser", "npx", ["playwright", "test"]],
];

for (const [what, command, args] of steps) {
  console.log(`\n=== ${what}`);
  const { status, signal, error } = spawnSync(command, args, { stdio: "inherit" });
  if (status === 0) continue;
  console.error(`\n${what}: failed (${error?.message ?? signal ?? `exit code ${status}`})`);
  process.exit(1);
}
console.log("\nall tests passed");

import { spawn } from "node:child_process";
import { expect } from "vitest";
import { childEnvironment } from "../config/env";
import type { TestLine } from "./line.testing";
import { testPrograms } from "./programs.testing";

/** IonCannon small and without schedules: nothing happens that a test does not ask for. */
export const QUIET_YAML = `sources:
  ioncannon:
    num_stations: 5
    late_share: 0
  scheduler:
    windows: []
`;

/** How a command ended, and what it wrote. */
export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command to its end. */
export async function ionbeam(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Answer> {
  const { cli } = await testPrograms();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], { env: childEnvironment(env) });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** The environment in which a command finds a line. */
export const environmentOf = (line: TestLine) => ({
  DATABASE_URL: line.connectionString,
  IONBEAM_DATA_DIR: line.folder,
});

/** Commands on one line: as they are answered, and with `--json` where they must succeed. */
export function commandsOn(line: () => TestLine) {
  const ask = (...args: readonly string[]) => ionbeam(environmentOf(line()), ...args);
  const json = async (...args: readonly string[]) => {
    const { code, out, err } = await ask(...args, "--json");
    expect(err).toBe("");
    expect(code).toBe(0);
    return JSON.parse(out);
  };
  return { ask, json };
}

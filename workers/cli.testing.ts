import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { childEnvironment } from "../config/env";
import type { TestLine } from "./line.testing";

/** The command line's program. */
export const CLI = fileURLToPath(new URL("./cli.ts", import.meta.url));

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
export function ionbeam(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", CLI, ...args], { env: childEnvironment(env) });
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

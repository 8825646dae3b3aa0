import { appendFileSync, copyFileSync, statSync, truncateSync } from "node:fs";
import type { Log, LogFields } from "../server/ports/log";

type Level = "info" | "warn" | "error";

/**
 * A log as lines of JSON.
 * @param write takes a finished line. @param clock now, in milliseconds. @param echo shows people what matters, if given.
 */
export function jsonLog(
  write: (line: string) => void,
  clock: () => number,
  echo?: (level: Level, message: string, fields: LogFields) => void,
): Log {
  const bind = (bound: LogFields): Log => {
    const at =
      (level: Level) =>
      (message: string, fields: LogFields = {}) => {
        const all = { ...bound, ...fields };
        write(
          `${JSON.stringify({ time: new Date(clock()).toISOString(), level, message, ...all }, plain)}\n`,
        );
        echo?.(level, message, all);
      };
    return {
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => bind({ ...bound, ...fields }),
    };
  };
  return bind({});
}

/** Appends to a file; a disk that is full costs the line and not the program. */
export function appendTo(file: string): (line: string) => void {
  return (line) => {
    try {
      appendFileSync(file, line);
    } catch {
      // Nowhere to say it.
    }
  };
}

/** Empties files that have grown beyond `limitBytes`, keeping one copy. Their writers append, so they may go on. */
export function turnOver(files: readonly string[], limitBytes: number): void {
  for (const file of files) {
    try {
      if (statSync(file).size <= limitBytes) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    } catch {
      // Not there yet, or no room for the copy: next time.
    }
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return value;
}

import { closeSync, copyFileSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
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
        const head = { time: new Date(clock()).toISOString(), level, message };
        // Twice: first in the line, and not to be overwritten by a field.
        write(`${JSON.stringify(Object.assign({ ...head }, all, head), plain)}\n`);
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

/**
 * Writes lines at once, whole or not at all where that is possible; a disk that is full costs the line and not the program. A line that was torn by it ends
 * before the next one begins, so that the log stays one of lines.
 * @param write takes bytes and says how many of them it wrote
 */
export function linesTo(write: (bytes: Buffer) => number): (line: string) => void {
  let torn = false;
  return (line) => {
    let left = Buffer.from(torn ? `\n${line}` : line);
    try {
      while (left.length > 0) {
        left = left.subarray(write(left));
        torn = left.length > 0;
      }
    } catch {
      // Nowhere to say it.
    }
  };
}

/** Standard output; as a stream it would be closed for good by a disk that is full for a moment. */
export const toOutput = linesTo((bytes) => writeSync(1, bytes));

/** Appends to a file. */
export function appendTo(file: string): (line: string) => void {
  return linesTo((bytes) => {
    const fd = openSync(file, "a");
    try {
      return writeSync(fd, bytes);
    } finally {
      closeSync(fd);
    }
  });
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

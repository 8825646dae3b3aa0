import { writeSync } from "node:fs";

/** Codes of an answer that could not be written: as a shell tells a writer whom SIGPIPE ended, and EX_IOERR. */
const CLOSED_PIPE = 141;
const NOT_WRITTEN = 74;

/**
 * Ends the program when its answer cannot be written: without a word when its reader had enough (`| head`), else with a sentence. What was asked
 * for is done by then; only its answer is lost.
 */
export function endWhenUnwritable(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(CLOSED_PIPE);
    try {
      writeSync(2, `ionbeam: the answer could not be written where its output goes: ${error.message}\n`);
    } catch {
      // Nobody reads this either.
    }
    process.exit(NOT_WRITTEN);
  });
  // A warning that nobody can read changes nothing about the answer.
  process.stderr.on("error", () => undefined);
}

/** Names of the fields to show, in order. */
export type Cells = readonly string[];

function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "object") return JSON.stringify(value);
  // A line is an item: a sentence of several lines becomes one.
  return String(value)
    .trim()
    .replace(/\s*\n\s*/g, " ");
}

/** A table for people: headings, aligned columns, one line per item. Scripts use --json. */
export function printTable(items: readonly object[], columns: Cells): void {
  if (items.length === 0) {
    process.stdout.write("none\n");
    return;
  }
  const rows = items.map((item) => columns.map((name) => cell((item as Record<string, unknown>)[name])));
  const widths = columns.map((name, i) =>
    Math.min(60, Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0))),
  );
  const line = (cells: readonly string[]) =>
    `${cells
      .map((text, i) => (i === cells.length - 1 ? text : text.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd()}\n`;
  process.stdout.write(line(columns));
  for (const row of rows) process.stdout.write(line(row));
}

/** One thing, a line per field. */
export function printObject(item: object): void {
  const entries = Object.entries(item);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  for (const [name, value] of entries) process.stdout.write(`${name.padEnd(width)}  ${cell(value)}\n`);
}

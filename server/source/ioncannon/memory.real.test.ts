import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const here = (file: string) => JSON.stringify(path.join(import.meta.dirname, file));

/** A collection in a process of its own, with DuckDB kept small: what it writes to standard output is rows and peak memory in kB. */
const script = (folder: string, reports: number) => `
  import { collectIoncannon } from ${here("index.ts")};
  import { IoncannonConfig } from ${here("config.ts")};
  import { DuckdbColumnar } from ${here("../../adapters/duckdb/columnar.ts")};
  import { FolderFiles } from ${here("../../adapters/files/folder-files.ts")};
  const columnar = new DuckdbColumnar({ tempDirectory: ${JSON.stringify(path.join(folder, "spill"))}, memoryLimit: "100MB" });
  const start = Date.UTC(2026, 2, 1) * 1000;
  const { rows } = await collectIoncannon({ start, end: start + ${reports} * 600_000_000 }, IoncannonConfig.parse({ num_stations: 10_000 }), {
    columnar,
    files: new FolderFiles(${JSON.stringify(path.join(folder, "store"))}),
    signal: new AbortController().signal,
    progress: async () => {},
    attempt: 0,
  });
  await columnar.close();
  process.stdout.write(JSON.stringify([rows, process.resourceUsage().maxRSS]));`;

describe("a collection of millions of values", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ioncannon-memory-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function collect(reports: number): Promise<readonly [rows: number, peakKb: number]> {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script(folder, reports)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [written, ended] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(ended).toEqual([0, null]);
    return JSON.parse(written);
  }

  it("takes no more memory for 24 million than for three", async () => {
    const [few, small] = await collect(30);
    const [many, large] = await collect(240);
    expect([few, many]).toEqual([300_000, 2_400_000]);
    // Held as rows, the difference would be some 700 MB; of one run and the next it differs by up to 110.
    expect(large - small).toBeLessThan(250_000);
  });
});

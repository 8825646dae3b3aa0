/**
 * `npm run bench [-- --rows 300000,3000000]`: ingests, builds and projects one hour of observations of each size, each step beside DuckDB's plain
 * COPY of the same rows in the same run, checks the products, prints a table and writes `bench/results/<rows>.json`. Ends with 1 when a product is wrong
 * or a ratio is over its bound.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { BOUNDS, type Measurement, MOST_MIB } from "./measurement";

const MEASURE = fileURLToPath(new URL("./measure.ts", import.meta.url));
const RESULTS = new URL("./results/", import.meta.url);

async function measure(rows: number): Promise<Measurement> {
  process.stderr.write(`${rows.toLocaleString("en")} rows …\n`);
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", MEASURE, String(rows)], {
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout) as Measurement;
}

/** What a measurement misses, in sentences. */
function faults({ steps, peakMiB, checks }: Measurement): readonly string[] {
  return [
    ...Object.entries(checks)
      .filter(([, [found, wanted]]) => found !== wanted)
      .map(([what, [found, wanted]]) => `${what}: ${found}, but ${wanted} were put in`),
    ...steps
      .filter(({ name, ratio }) => ratio > BOUNDS[name])
      .map(({ name, ratio }) => `${name} took ${ratio.toFixed(1)} times the copy, more than ${BOUNDS[name]}`),
    ...(peakMiB > MOST_MIB ? [`the process grew to ${peakMiB} MiB, more than ${MOST_MIB}`] : []),
  ];
}

const { values } = parseArgs({ options: { rows: { type: "string", default: "300000,3000000" } } });
const sizes = values.rows.split(",").map(Number);
if (sizes.some((rows) => !Number.isSafeInteger(rows) || rows < 1000)) {
  console.error(`--rows ${values.rows}: give whole numbers of at least 1000, separated by commas.`);
  process.exit(2);
}
await mkdir(RESULTS, { recursive: true });
let wrong = false;
for (const rows of sizes) {
  const found = await measure(rows);
  const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version };
  await writeFile(new URL(`${rows}.json`, RESULTS), `${JSON.stringify({ machine, ...found }, null, 2)}\n`);
  console.table(
    found.steps.map(({ name, seconds, copySeconds, ratio }) => ({
      step: name,
      seconds: seconds.toFixed(2),
      "plain COPY, s": copySeconds.toFixed(2),
      ratio: ratio.toFixed(2),
      "at most": BOUNDS[name],
    })),
  );
  console.log(`${rows.toLocaleString("en")} rows, 10 variables: peak memory ${found.peakMiB} MiB`);
  for (const fault of faults(found)) {
    wrong = true;
    console.error(`✗ ${fault}`);
  }
}
process.exitCode = wrong ? 1 : 0;

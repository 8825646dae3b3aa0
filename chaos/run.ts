/**
 * npm run chaos [-- --minutes n --seed s --archive folder --report file --keep --deletion]: kills the product at random while it works, and compares what is left with
 * a run of the same operations that nothing disturbs. docs/reliability.md tells what it does. Ends with 1 when anything differs.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { HOUR } from "../server/observation/time";
import { planDeletion } from "./deletion";
import { describeOperation, planOperations } from "./operations";
import { differences } from "./outcome";
import type { Product } from "./product";
import { reportOf, shownReport } from "./report";
import { openArchive } from "./settings";
import { runTrial, type TrialOptions } from "./trial";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    archive: { type: "string" },
    report: { type: "string" },
    keep: { type: "boolean", default: false },
    deletion: { type: "boolean" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error(
    "usage: npm run chaos -- [--minutes n] [--seed whole-number] [--archive folder] [--report file] [--keep] [--deletion]",
  );
  process.exit(2);
}
/** Deletion waits for all that was asked for before: a short run does without, unless it is told to. */
const deletes = values.deletion ?? minutes >= 5;
const reportFile = values.report ?? path.join("chaos", "results", `${seed}.json`);

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());
const products: Product[] = [];
const begun = performance.now();
const say = (line: string) =>
  console.log(`[${String(Math.round((performance.now() - begun) / 1000)).padStart(5)}] ${line}`);
const sleep = (ms: number) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      interrupted.signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    interrupted.signal.addEventListener("abort", done);
  });

async function chaos(): Promise<number> {
  const archive = await openArchive(values.archive);
  const operations = planOperations(seed, minutes, archive.days);
  const afterwards = deletes ? planDeletion(seed, minutes, operations) : undefined;
  const all = [...operations, ...(afterwards?.deletion ?? []), ...(afterwards?.late ?? [])];
  mkdirSync(path.dirname(reportFile), { recursive: true });
  writeFileSync(`${reportFile}.operations.txt`, `${all.map(describeOperation).join("\n")}\n`);
  say(`seed ${seed}, ${minutes} minutes, ${all.length} operations (${reportFile}.operations.txt)`);
  const options: Omit<TrialOptions, "name"> = {
    seed,
    minutes,
    archive,
    operations,
    afterwards,
    // The first fill and the schedule collect the last hours.
    schedulesFrom: (Date.now() - 12 * (HOUR / 1000)) * 1000,
    signal: interrupted.signal,
    sleep,
    say,
    onProduct: (product) => products.push(product),
  };
  try {
    const disturbed = await runTrial({ ...options, name: "disturbed" });
    await products[0]?.destroy(true);
    const undisturbed = await runTrial({ ...options, name: "undisturbed" });
    if (interrupted.signal.aborted) return 130;
    const differ = differences(undisturbed.outcome, disturbed.outcome);
    const report = reportOf({ seed, minutes, operations: all }, disturbed, undisturbed, differ);
    writeFileSync(reportFile, `${JSON.stringify({ ...report, marks: disturbed.marks }, null, 1)}\n`);
    console.log(`\n${shownReport(report)}\n${reportFile}`);
    if (report.faults.length + differ.length === 0) return 0;
    console.log(
      `to replay: npm run chaos -- --minutes ${minutes} --seed ${seed}${values.deletion ? " --deletion" : ""} --keep`,
    );
    return 1;
  } finally {
    await archive.close();
  }
}

let code = 1;
try {
  code = await chaos();
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error);
}
const keep = values.keep && !interrupted.signal.aborted;
if (keep) for (const { dataDir } of products) say(`kept: ${dataDir}`);
await Promise.all(products.map((product) => product.destroy(keep)));
process.exit(interrupted.signal.aborted ? 130 : code);

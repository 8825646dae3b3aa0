/**
 * `npm run bench [-- --only steps,arrival] [--rows 300000,3000000]`: runs the scenarios, each in a process of its own so that its memory is its own,
 * prints their figures and writes `bench/results/<scenario>.json`. Ends with 1 when a product is wrong or a figure is over its bound.
 */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Finding, faults, shown } from "./measurement";

const RESULTS = new URL("./results/", import.meta.url);
const SCENARIOS = ["steps", "arrival", "year", "grid", "map"] as const;
type Scenario = (typeof SCENARIOS)[number];

async function measure(scenario: Scenario, argument: string): Promise<Finding> {
  const file = fileURLToPath(new URL(`./${scenario}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, argument], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const out = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`the scenario ${scenario} ended with ${code}`);
  return JSON.parse(out) as Finding;
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    only: { type: "string", default: SCENARIOS.join(",") },
    rows: { type: "string", default: "300000,3000000" },
    stations: { type: "string", default: "40000" },
    windows: { type: "string", default: "2102400" },
    cells: { type: "string", default: "175200" },
    observations: { type: "string", default: "1000000" },
  },
});
const numbers = (option: "rows" | "stations" | "windows" | "cells" | "observations", least: number) => {
  const given = values[option].split(",").map(Number);
  if (given.some((each) => !Number.isSafeInteger(each) || each < least))
    refuse(`--${option} ${values[option]}: give whole numbers of at least ${least}, separated by commas.`);
  return given;
};
const sizes: Readonly<Record<Scenario, readonly number[]>> = {
  steps: numbers("rows", 1000),
  arrival: numbers("stations", 100),
  year: numbers("windows", 1000),
  grid: numbers("cells", 1000),
  map: numbers("observations", 1000),
};
const wanted = values.only.split(",");
const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario === name));
if (unknown.length > 0) refuse(`--only ${unknown.join(",")}: there are ${SCENARIOS.join(", ")}.`);

await mkdir(RESULTS, { recursive: true });
let wrong = false;
for (const scenario of SCENARIOS.filter((name) => wanted.includes(name))) {
  for (const size of sizes[scenario]) {
    console.error(`${scenario}, ${size.toLocaleString("en")} …`);
    const load = os.loadavg()[0];
    const found = await measure(scenario, String(size));
    const machine = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, node: process.version, load };
    const result = `${JSON.stringify({ scenario, size, machine, ...found }, null, 2)}\n`;
    await writeFile(new URL(`${scenario}-${size}.json`, RESULTS), result);
    console.table(
      found.figures.map(({ what, value, unit, atMost, detail }) => ({
        [`${scenario}, ${size.toLocaleString("en")}`]: what,
        value: shown(value),
        unit,
        "at most": atMost ?? "",
        detail: detail ?? "",
      })),
    );
    for (const fault of faults(found)) {
      wrong = true;
      console.error(`✗ ${fault}`);
    }
  }
}
process.exitCode = wrong ? 1 : 0;

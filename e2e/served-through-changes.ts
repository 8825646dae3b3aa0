/**
 * The real pygeoapi serves our folder with our configuration while windows are rebuilt, the dataset grows a column, and days are put together while
 * revisions land. A reader asks for everything all the while: every feature of the last settled state comes back, none twice, no request fails twice.
 *
 * usage: node --import tsx e2e/served-through-changes.ts PYTHON
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { uuidv5 } from "../server/message";
import { formatInstant, HOUR, MINUTE, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { INGEST_QUEUE, IngestDataCommand } from "../server/source/messages";
import { isQuietAtOnce, openTestLine, type TestLine } from "../workers/line.testing";

const DATASET = "walked";
const DAY = parseInstant("2026-03-01T00:00:00Z") ?? Number.NaN;
const STATIONS = 40;

interface Delivery {
  readonly hour: number;
  readonly stations: number;
  readonly humid: boolean;
}
interface Reading {
  readonly began: number;
  readonly again: number;
  readonly failed: number;
  readonly features: readonly (readonly [string, string])[];
  readonly properties: readonly string[];
}

const variable = (column: string, standard_name: string, cf_unit: string) => ({
  ...{ column, standard_name, cf_unit, level: 2, method: "point", period: "PT0S", dtype: "float64" },
});
const mapOf = (humid: boolean) => ({
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
  canonical_variables: [
    variable("temperature", "air_temperature", "degC"),
    ...(humid ? [variable("humidity", "relative_humidity", "%")] : []),
  ],
  metadata_variables: [{ column: "station_id", dtype: "string" }],
});

let commands = 0;
/** Hands a payload of an hour to ingestion, as a foreign source would: each station reports at half past. */
async function deliver(line: TestLine, { hour, stations, humid }: Delivery): Promise<void> {
  commands += 1;
  const start = DAY + hour * HOUR;
  const file = path.join(line.folder, `payload-${commands}.parquet`);
  await line.runtime.columnar.session((session) =>
    session.execute(
      `COPY (SELECT make_timestamptz(${start + 30 * MINUTE}) AS time, 48 + i / 100.0::DOUBLE AS lat, 9 + i / 100.0::DOUBLE AS lon,
         ${commands} + i::DOUBLE AS temperature, 50 + i::DOUBLE AS humidity, 's' || i AS station_id FROM range(${stations}) r(i)) TO ${sqlText(file)} (FORMAT parquet)`,
    ),
  );
  const id = uuidv5("served-through-changes", commands);
  const dataset = {
    ...{ name: DATASET, description: "", aggregation_span: "PT1H", source_links: [], keywords: [] },
    subject_to_change_window: "PT0S",
  };
  const body = IngestDataCommand.parse({
    id,
    metadata: { dataset, ingestion_map: mapOf(humid), version: humid ? 2 : 1 },
    payload_location: file,
    start_time: formatInstant(start),
    end_time: formatInstant(start + HOUR),
  });
  await line.runtime.transactions.run((tx) =>
    line.runtime.outbox.add(tx, [{ route: INGEST_QUEUE, id, lane: "live", body }]),
  );
}

/** All changes, each begun before the one before is put together. */
const STEPS: readonly (readonly Delivery[])[] = [
  [0, 1, 2].map((hour) => ({ hour, stations: STATIONS, humid: false })),
  [{ hour: 1, stations: STATIONS + 5, humid: false }],
  [
    { hour: 0, stations: STATIONS + 1, humid: false },
    { hour: 2, stations: STATIONS + 2, humid: false },
  ],
  [{ hour: 3, stations: STATIONS, humid: true }],
  ...[4, 5, 6].map((hour) => [{ hour, stations: STATIONS, humid: true }]),
  [
    { hour: 5, stations: STATIONS + 9, humid: true },
    { hour: 6, stations: STATIONS + 9, humid: false },
  ],
];

const problems: string[] = [];
const check = (holds: boolean, what: string) => {
  if (!holds) problems.push(what);
};

function features(deliveries: readonly Delivery[]): Set<string> {
  return new Set(
    deliveries.flatMap(({ hour, stations }) =>
      Array.from(
        { length: stations },
        (_, i) => `${formatInstant(DAY + hour * HOUR + 30 * MINUTE).slice(0, 19)} s${i}`,
      ),
    ),
  );
}

async function checkExtents(configuration: string, expected: ReadonlySet<string>): Promise<void> {
  const { resources } = parse(await readFile(configuration, "utf8"));
  const { spatial, temporal } = resources[DATASET].extents;
  const times = [...expected].map((each) => each.slice(0, 19)).sort();
  const farthest = Math.max(...[...expected].map((each) => Number(each.slice(21))));
  check(
    JSON.stringify(spatial.bbox) === JSON.stringify([9, 48, 9 + farthest / 100, 48 + farthest / 100]),
    `extent ${spatial.bbox} with ${farthest + 1} stations`,
  );
  check(
    `${temporal.begin}`.startsWith(times[0] ?? "?"),
    `the extent begins at ${temporal.begin}, the data at ${times[0]}`,
  );
  check(
    `${temporal.end}`.startsWith(times.at(-1) ?? "?"),
    `the extent ends at ${temporal.end}, the data at ${times.at(-1)}`,
  );
}

function startReader(python: string, configuration: string, told: (reading: Reading) => void) {
  const program = fileURLToPath(new URL("../.ci/read_on.py", import.meta.url));
  const reader = spawn(python, [program, configuration, DATASET], { stdio: ["pipe", "pipe", "inherit"] });
  createInterface({ input: reader.stdout }).on("line", (text) => told(JSON.parse(text)));
  const gone = new Promise<void>((resolve) => reader.once("exit", () => resolve()));
  return {
    async stop() {
      reader.stdin.end();
      await gone;
    },
    runs: () => reader.exitCode === null,
  };
}

async function main(python: string): Promise<void> {
  const line = await openTestLine("sources:\n  scheduler:\n    windows: []\n");
  const readings: Reading[] = [];
  const settled: { at: number; features: Set<string> }[] = [];
  const configuration = path.join(line.folder, "files/projections/pygeoapi/pygeoapi-config.yml");
  let reader: ReturnType<typeof startReader> | undefined;
  try {
    line.start();
    const done: Delivery[] = [];
    for (const step of STEPS) {
      for (const delivery of step) await deliver(line, delivery);
      done.push(...step);
      const expected = features(done);
      const isShown = async () => {
        const planned = await line.runtime.days.files("pygeoapi", DATASET, {
          start: DAY,
          end: DAY + 24 * HOUR,
        });
        return (
          (await isQuietAtOnce(line)) &&
          planned.length === 1 &&
          (await rowsOf(line, planned[0]?.path ?? "")) === expected.size
        );
      };
      await line.until(isShown, `${expected.size} features in one file`, 600_000);
      await checkExtents(configuration, expected);
      settled.push({ at: Date.now() / 1000, features: expected });
      reader ??= startReader(python, configuration, (reading) => readings.push(reading));
      const since = Date.now() / 1000;
      await line.until(
        async () => !reader?.runs() || readings.some(({ began }) => began > since),
        "a reading of the settled state",
        600_000,
      );
    }
    await reader?.stop();
  } finally {
    await reader?.stop();
    await line.close();
  }
  judge(readings, settled);
}

async function rowsOf(line: TestLine, file: string): Promise<number> {
  return line.runtime.columnar.session(async (session) => {
    const [row] = await session.query(`SELECT count(*) AS rows FROM read_parquet(${sqlText(file)})`);
    return Number(row?.rows);
  });
}

function judge(
  readings: readonly Reading[],
  settled: readonly { at: number; features: Set<string> }[],
): void {
  const all = settled.at(-1)?.features ?? new Set();
  for (const { began, failed, features: found } of readings) {
    const names = found.map(([time, station]) => `${time.slice(0, 19)} ${station}`);
    const before = settled.filter(({ at }) => at < began).at(-1)?.features ?? new Set<string>();
    const lost = [...before].filter((name) => !names.includes(name));
    check(failed === 0, "a request failed twice");
    check(new Set(names).size === names.length, `${names.length - new Set(names).size} features came twice`);
    check(
      lost.length === 0,
      `${lost.length} of ${before.size} features did not come back, such as ${lost[0]}`,
    );
    check(
      names.every((name) => all.has(name)),
      "features came that nobody delivered",
    );
  }
  const last = readings.at(-1);
  check(
    last?.features.length === all.size,
    `the last reading has ${last?.features.length} features of ${all.size}`,
  );
  check(
    last?.properties.some((name) => name.startsWith("relative_humidity")) ?? false,
    "the new column is not served",
  );
  const again = readings.reduce((sum, reading) => sum + reading.again, 0);
  console.log(
    `${readings.length} readings of up to ${all.size} features through ${STEPS.length} changes; ${again} asked again at a switch`,
  );
  for (const problem of [...new Set(problems)].slice(0, 20)) console.error(`FAILED: ${problem}`);
  process.exitCode = problems.length > 0 || readings.length < STEPS.length ? 1 : 0;
}

await main(process.argv[2] ?? "python3");

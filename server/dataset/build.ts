import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { Transient } from "../errors";
import type { CanonicalColumn } from "../observation/column";
import { unionOfColumns } from "../observation/column-union";
import type { Dataset } from "../ports/catalog";
import type { Columnar, ColumnarSession } from "../ports/columnar";
import type { Files } from "../ports/files";
import type { BuildPlan, BuildResult } from "../ports/ledger";
import type { TimeSeries } from "../ports/time-series";
import type { BuildPhase } from "../window/model";
import { canonicalFileName, manifestKey } from "./file-name";
import { manifest, manifestText } from "./manifest";
import { byRank, countSql, type MergeInput, mergeInputs } from "./point-scans";
import type { Rights } from "./rights";
import { writeWindow } from "./write-window";

export interface BuildPorts {
  readonly files: Files;
  readonly columnar: Columnar;
  readonly timeSeries: TimeSeries;
  readonly failPoint: (name: string) => void;
  /** Licence and attribution that our sources declare, by name; of others the dataset's are told. */
  readonly rights?: ReadonlyMap<string, Rights>;
  /** Told when a part of the build begins; the first is `read`. */
  readonly enter?: (phase: BuildPhase) => void;
  /** Rows that are merged at once; only tests have so few that it matters. */
  readonly rowsAtOnce?: number;
}

type Built = Extract<BuildResult, { kind: "built" }>;

/**
 * Builds one window into canonical Parquet from exactly the planned deliveries; the bytes are a function of rows, schema and writer version.
 * @throws Transient when the rows that can be read are not those of the ledger: the build is tried again and the good file stays
 */
export async function buildWindow(
  plan: BuildPlan,
  dataset: Dataset,
  ports: BuildPorts,
  signal: AbortSignal,
): Promise<Built> {
  const columns = unionOfColumns(plan.deliveries.map((delivery) => delivery.columns));
  const mapHashes = [...new Set(plan.deliveries.map(({ mapHash }) => mapHash))].sort();
  if (plan.deliveries.length === 0) return emptyResult(columns, mapHashes);
  const refs = plan.deliveries.map(({ key, generation }) => ({
    dataset: plan.window.dataset,
    delivery: key,
    generation,
  }));
  const read = await ports.timeSeries.read(refs, plan.window);
  const scratch = await ports.files.scratch("window.parquet");
  try {
    const found = await ports.columnar.session(async (session) => {
      const inputs = await mergeInputs(session, plan.deliveries, read.files);
      await compareWithLedger(session, plan, inputs);
      ports.enter?.("merge");
      return writeWindow(session, plan, { dataset, columns, inputs, rowsAtOnce: ports.rowsAtOnce }, scratch);
    }, signal);
    ports.enter?.("store");
    ports.failPoint("build.merged");
    if (found.rows === 0) return emptyResult(columns, mapHashes);
    return await store(plan, dataset, { ...found, columns, mapHashes }, scratch, ports);
  } finally {
    await rm(scratch, { force: true });
    await read.release();
  }
}

function emptyResult(columns: readonly CanonicalColumn[], mapHashes: readonly string[]): Built {
  return {
    kind: "built",
    output: "empty",
    fileKey: undefined,
    sha256: undefined,
    bytes: 0,
    rows: 0,
    stations: 0,
    columns,
    bbox: undefined,
    observed: undefined,
    mapHashes,
    manifestKey: undefined,
  };
}

/** Zero rows, or any other number, are believed only when the ledger says the same (SEMANTICS 4, *Build*). */
async function compareWithLedger(
  session: ColumnarSession,
  plan: BuildPlan,
  inputs: readonly MergeInput[],
): Promise<void> {
  const counts = await session.query(countSql(inputs, plan.window));
  const counted = new Map(counts.map(({ rank, rows }) => [Number(rank), Number(rows)]));
  for (const [rank, { key, rows }] of [...plan.deliveries].sort(byRank).entries()) {
    const found = counted.get(rank) ?? 0;
    if (found !== rows) {
      throw new Transient(
        `the time series holds ${found} rows of delivery ${key.slice(0, 16)} for this window, the ledger says ${rows}`,
      );
    }
  }
}

type Facts = Pick<Built, "rows" | "stations" | "observed" | "bbox" | "columns" | "mapHashes">;

async function store(
  plan: BuildPlan,
  dataset: Dataset,
  facts: Facts,
  scratch: string,
  ports: BuildPorts,
): Promise<Built> {
  const { size } = await stat(scratch);
  const sha256 = await hashFile(scratch);
  const name = canonicalFileName(plan.window, plan.declaredSpan, sha256);
  const fileKey = `datasets/${plan.window.dataset}/${name}`;
  await ports.files.adopt(scratch, fileKey);
  ports.failPoint("build.file-stored");
  const rights = ports.rights ?? new Map();
  const text = manifestText(manifest(plan, dataset, { file: name, sha256, bytes: size, ...facts, rights }));
  const key = manifestKey(fileKey, text);
  await ports.files.put(key, text);
  ports.failPoint("build.manifest-stored");
  return { kind: "built", output: "revision", fileKey, sha256, bytes: size, manifestKey: key, ...facts };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

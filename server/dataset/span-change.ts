import { Transient } from "../errors";
import type { Interval } from "../observation/interval";
import type { Micros } from "../observation/time";
import { type Columnar, type ColumnarSession, sqlName, sqlText } from "../ports/columnar";
import type { CutGeneration, DatasetWindows, NewCut } from "../ports/dataset-windows";
import type { SeriesFile, TimeSeries } from "../ports/time-series";
import type { Tx } from "../ports/transactions";
import type { SpanRule } from "../window/model";

/** The window noun's rules about spans, handed in: a dataset does not know them. */
export interface SpanArithmetic {
  /** @throws Invalid with a sentence for a span that cannot be */
  readonly changeSpan: (rules: readonly SpanRule[], text: string, now: Micros) => readonly SpanRule[];
  /** @throws Invalid for more than 10,000 windows */
  readonly windowsOf: (rules: readonly SpanRule[], interval: Interval) => Interval[];
  readonly cutClaim: (
    rules: readonly SpanRule[],
    start: Micros,
    end: Micros,
  ) => { window: Interval; claim: Interval }[];
}

export interface CutPorts {
  readonly datasetWindows: DatasetWindows;
  readonly timeSeries: Pick<TimeSeries, "read">;
  readonly columnar: Columnar;
  readonly spans: SpanArithmetic;
}

/** The instant from which two span histories differ; undefined when they do not. */
export function differFrom(before: readonly SpanRule[], after: readonly SpanRule[]): Micros | undefined {
  const longer = before.length > after.length ? before : after;
  for (const [i] of longer.entries()) {
    const [old, next] = [before[i], after[i]];
    if (old?.from === next?.from && old?.span === next?.span && old?.declared === next?.declared) continue;
    return Math.min(old?.from ?? Number.POSITIVE_INFINITY, next?.from ?? Number.POSITIVE_INFINITY);
  }
  return undefined;
}

/**
 * Derives the windows past `from` anew: what is there of later rows and claims is cut by `rules`. Of a rule that lies ahead these are the rows
 * that came up to ten minutes early; only their own files are read.
 * @throws Transient when the rows that can be read are not those of the ledger
 */
export async function cutAnew(
  tx: Tx,
  dataset: string,
  identity: readonly string[],
  rules: readonly SpanRule[],
  from: Micros,
  ports: CutPorts,
): Promise<void> {
  const { generations, claims } = await ports.datasetWindows.cutFrom(tx, dataset, from);
  await ports.datasetWindows.replaceCut(tx, dataset, from, {
    touches: await touches(dataset, identity, rules, from, generations, ports),
    claims: claims.flatMap(({ deliveryId, start, end }) =>
      ports.spans.cutClaim(rules, start, end).map((each) => ({ deliveryId, ...each })),
    ),
  });
}

async function touches(
  dataset: string,
  identity: readonly string[],
  rules: readonly SpanRule[],
  from: Micros,
  generations: readonly CutGeneration[],
  ports: CutPorts,
): Promise<NewCut["touches"]> {
  if (generations.length === 0) return [];
  const refs = generations.map(({ delivery, generation }) => ({ dataset, delivery, generation }));
  const read = await ports.timeSeries.read(refs, { start: from, end: Number.MAX_SAFE_INTEGER });
  try {
    const counted = await ports.columnar.session(async (session) => {
      const found: Counted[] = [];
      for (const file of read.files)
        found.push(...(await count(session, file, identity, rules, from, ports)));
      return found;
    });
    return generations.flatMap(({ deliveryId, generationId, delivery, generation, rows }) => {
      const own = counted.filter((each) => each.generation === generation);
      const sum = own.reduce((total, each) => total + each.rows, 0);
      if (sum !== rows) {
        throw new Transient(
          `the time series holds ${sum} rows of delivery ${delivery.slice(0, 16)} past the change of span, the ledger says ${rows}; try again`,
        );
      }
      return own.map(({ window, rows: inside, stations }) => ({
        deliveryId,
        generationId,
        window,
        rows: inside,
        stations,
      }));
    });
  } finally {
    await read.release();
  }
}

interface Counted {
  readonly generation: string;
  readonly window: Interval;
  readonly rows: number;
  readonly stations: number;
}

/** Rows and stations of one file's generations per window. */
async function count(
  session: ColumnarSession,
  file: SeriesFile,
  identity: readonly string[],
  rules: readonly SpanRule[],
  from: Micros,
  ports: CutPorts,
): Promise<Counted[]> {
  const table = `read_parquet(${sqlText(file.path)})`;
  const named = file.refs.map(({ generation }) => sqlText(generation)).join(", ");
  const past = `epoch_us(datetime) >= ${from}${file.shared ? ` AND _generation IN (${named})` : ""}`;
  const [latest] = await session.query(`SELECT epoch_us(max(datetime)) AS last FROM ${table} WHERE ${past}`);
  if (latest?.last === null || latest?.last === undefined) return [];
  const windows = ports.spans.windowsOf(rules, { start: from, end: Number(latest.last) + 1 });
  const byStart = new Map(windows.map((window) => [window.start, window]));
  const station = identity.length === 0 ? "1" : `(${identity.map(sqlName).join(", ")})`;
  const rows = await session.query(
    `SELECT generation, w.start, count(*) AS rows, count(DISTINCT station) AS stations
     FROM (SELECT epoch_us(datetime) AS us, ${file.shared ? "_generation" : named} AS generation, ${station} AS station FROM ${table} WHERE ${past}) p
     ASOF JOIN (SELECT unnest([${[...byStart.keys()].join(", ")}]::BIGINT[]) AS start) w ON p.us >= w.start
     GROUP BY generation, w.start ORDER BY generation, w.start`,
  );
  return rows.flatMap(({ generation, start, rows: inside, stations }) => {
    const window = byStart.get(Number(start));
    return window
      ? [{ generation: String(generation), window, rows: Number(inside), stations: Number(stations) }]
      : [];
  });
}

import { createHash } from "node:crypto";
import { MemoryLedger } from "../adapters/memory/ledger";
import { MemoryStore } from "../adapters/memory/store";
import type { BuildPlan, BuildResult } from "../ports/ledger";
import { type HistoryRow, inOrder } from "./history.model.testing";
import type { HistoryWorld } from "./history.testing";

/** A world in memory, with a merge as simple as can be. */
export function memoryWorld(): HistoryWorld {
  let now = 0;
  const transactions = new MemoryStore(() => now);
  const ledger = new MemoryLedger(transactions);
  const points = new Map<string, readonly HistoryRow[]>();
  const files = new Map<string, readonly HistoryRow[]>();
  return {
    ledger,
    transactions,
    setClock: (instant) => {
      now = instant;
    },
    seedDataset: (name, rules) => transactions.run((tx) => ledger.setSpans(tx, name, rules)),
    seedExclusions: (dataset, exclusions) =>
      transactions.run((tx) => ledger.setExclusions(tx, dataset, exclusions)),
    writeRows: async ({ generation }, rows) => {
      points.set(generation, rows);
    },
    build: async (plan, blind) => build(plan, blind ? new Map() : points, files),
    readFile: async (key) => files.get(key) ?? [],
  };
}

function build(
  plan: BuildPlan,
  points: ReadonlyMap<string, readonly HistoryRow[]>,
  files: Map<string, readonly HistoryRow[]>,
): BuildResult {
  const ranked = [...plan.deliveries].sort(
    (x, y) => y.priority - x.priority || y.collectedAt - x.collectedAt || (x.key < y.key ? 1 : -1),
  );
  const merged = new Map<string, HistoryRow>();
  for (const { generation, rows: promised } of ranked) {
    const own = (points.get(generation) ?? []).filter(
      ({ time }) => time >= plan.window.start && time < plan.window.end,
    );
    if (own.length !== promised) {
      return {
        kind: "failed",
        error: `${own.length} rows read of ${generation}, the ledger says ${promised}`,
      };
    }
    // Highest rank first, and in a payload the last row first: a value that is there stays.
    for (const row of own.toReversed()) {
      const found = merged.get(`${row.identity} ${row.time}`);
      merged.set(`${row.identity} ${row.time}`, {
        ...row,
        a: found?.a ?? shown(plan, row, "a"),
        b: found?.b ?? shown(plan, row, "b"),
      });
    }
  }
  const rows = inOrder([...merged.values()].filter(({ a, b }) => a !== undefined || b !== undefined));
  const sha256 = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  const empty = rows.length === 0;
  const fileKey = empty ? undefined : `${plan.window.start}_${sha256.slice(0, 8)}`;
  if (fileKey) files.set(fileKey, rows);
  return {
    kind: "built",
    output: empty ? "empty" : "revision",
    fileKey,
    sha256: empty ? undefined : sha256,
    bytes: rows.length,
    rows: rows.length,
    stations: new Set(rows.map(({ identity }) => identity)).size,
    columns: [],
    bbox: undefined,
    observed: undefined,
    mapHashes: [],
    manifestKey: undefined,
  };
}

function shown(plan: BuildPlan, row: HistoryRow, variable: "a" | "b"): number | undefined {
  const excluded = plan.exclusions.some(
    (each) =>
      (each.station === undefined || each.station === row.identity) &&
      (each.variable === undefined || each.variable === variable) &&
      row.time >= each.time.start &&
      row.time < each.time.end,
  );
  return excluded ? undefined : row[variable];
}

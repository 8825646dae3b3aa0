/**
 * `node --import tsx bench/arrival.ts <stations>`: from the request to collect one report of so many stations until the window's GeoParquet is there,
 * through a worker process of its own. Prints JSON.
 */
import { stat } from "node:fs/promises";
import path from "node:path";
import { formatInstant, HOUR, parseInstant } from "../server/observation/time";
import { sqlText } from "../server/ports/columnar";
import { openTestLine } from "../workers/line.testing";
import type { Finding } from "./measurement";

/** An hour of which each station reports once. */
const START = parseInstant("2026-03-01T00:00:00Z") ?? 0;
const MOST_SECONDS = 60;
const DEADLINE_MS = 3_600_000;

async function measure(stations: number): Promise<Finding> {
  const line = await openTestLine(
    `sources:\n  ioncannon:\n    num_stations: ${stations}\n    measurement_frequency: PT1H\n    late_share: 0\n  scheduler:\n    windows: []\n`,
  );
  const { runtime, db } = line;
  try {
    line.start();
    await line.until(async () => (await runtime.views.sources()).length > 0, "the first content");
    const since = Date.now();
    const range = { start: START, end: START + HOUR };
    await runtime.verbs.runSource({ name: "ioncannon", ...range, requestKey: "arrival" });
    const projected = async () => {
      const [row] = await db.rows<{ done: number }>(
        undefined,
        "SELECT count(*)::bigint AS done FROM projection_state WHERE wanted = done AND done > 0",
      );
      return row?.done === 1;
    };
    await line.until(projected, "the product", DEADLINE_MS);
    const seconds = (Date.now() - since) / 1000;
    const [times] = await db.rows<{ received: number }>(
      undefined,
      "SELECT (extract(epoch FROM min(received_at)) * 1000)::bigint AS received FROM inbox WHERE queue = 'ionbeam.ingestion.ingestV1'",
    );
    const collected = ((times?.received ?? since) - since) / 1000;
    const { items } = await runtime.views.windows({ dataset: "ioncannon", limit: 10 });
    const file = path.join(line.folder, "files/projections/pygeoapi/ioncannon/*.parquet");
    const [product] = await runtime.columnar.session((session) =>
      session.query(`SELECT any_value(filename) AS file, count(*) AS rows, count(DISTINCT id) AS ids
        FROM read_parquet(${sqlText(file)}, filename = true)`),
    );
    const { size } = await stat(String(product?.file));
    return {
      figures: [
        {
          what: `from the payload's message to the GeoParquet`,
          value: seconds - collected,
          unit: "s",
          atMost: MOST_SECONDS,
          detail: `window of ${formatInstant(START)}, product of ${(size / 2 ** 20).toFixed(1)} MiB`,
        },
        {
          what: "from the click, collection by IonCannon included",
          value: seconds,
          unit: "s",
          atMost: MOST_SECONDS,
        },
      ],
      checks: {
        windows: [items.length, 1],
        "rows in the window": [items[0]?.rows ?? 0, stations],
        features: [Number(product?.rows), stations],
        "features by name": [Number(product?.ids), stations],
      },
    };
  } finally {
    await line.close();
  }
}

console.log(JSON.stringify(await measure(Number(process.argv[2]))));

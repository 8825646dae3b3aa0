import { describe, expect, it } from "vitest";
import { HOUR } from "../observation/time";
import { choose, spansOf } from "./choose";
import { type FoundManifest, StoredManifest } from "./model";

const DELIVERY = {
  source: "feed",
  priority: 0,
  interval: { start: "2026-03-01T00:00:00Z", end: "2026-03-01T01:00:00Z" },
  payload_sha256: "f",
  map_hash: "m",
  map_version: 1,
  collected_at: "2026-03-01T01:00:00Z",
  received_at: "2026-03-01T01:01:00Z",
  ingested_at: "2026-03-01T01:02:00Z",
  rows: 1,
  stations: 1,
};

interface Given {
  readonly revision?: number;
  readonly file: string;
  readonly share?: number;
  readonly modified?: number;
  /** key, generation, ordinal, minute of ingestion */
  readonly deliveries: readonly (readonly [string, string, number?, number?])[];
}

/** A manifest of the window at midnight; without a revision it is of version 2, as the program before wrote it. */
function manifest({ revision, file, share = 1, modified = 0, deliveries }: Given): FoundManifest {
  const said = StoredManifest.parse({
    manifest_version: revision === undefined ? 2 : 3,
    revision,
    dataset: { name: "d", description: "", source_links: [], keywords: [] },
    synthetic: false,
    licences: [],
    window: { ...DELIVERY.interval, span: "PT1H" },
    file: {
      name: `${file}.parquet`,
      sha256: file,
      bytes: 1,
      rows: 1,
      stations: 1,
      observed: null,
      bbox: null,
    },
    identity: ["station_id"],
    mobile: false,
    columns: [],
    coverage: { share, complete: share === 1, gaps: [] },
    desired_hash: file,
    map_hashes: ["m"],
    deliveries: deliveries.map(([key, generation, ordinal, minute = 2]) => ({
      ...DELIVERY,
      key,
      generation,
      ordinal,
      ingested_at: `2026-03-01T01:${String(minute).padStart(2, "0")}:00Z`,
    })),
    exclusions: [],
  });
  return { said, key: `${file}.${share}.manifest.json`, fileKey: `${file}.parquet`, modified };
}

describe("what manifests say about a window", () => {
  it.each<[string, readonly Given[], readonly (readonly [number, string])[]]>([
    [
      "the highest revision is current, also when its bytes are those of an older one",
      [
        { revision: 3, file: "a", deliveries: [["k", "g", 0]], modified: 1 },
        { revision: 1, file: "a", deliveries: [["k", "g", 0]], modified: 2 },
        { revision: 2, file: "b", deliveries: [["k", "g", 0]], modified: 9 },
      ],
      [
        [1, "a"],
        [2, "b"],
        [3, "a"],
      ],
    ],
    [
      "of one revision with two manifests the larger coverage counts",
      [
        { revision: 1, file: "a", share: 1, deliveries: [["k", "g", 0]], modified: 1 },
        { revision: 1, file: "a", share: 0.5, deliveries: [["k", "g", 0]], modified: 2 },
      ],
      [[1, "a"]],
    ],
    [
      "an attempt that was never committed has a number of its own, and the newer ingestion is current",
      [
        { revision: 2, file: "lost", deliveries: [["k", "g", 0, 5]], modified: 9 },
        { revision: 2, file: "won", deliveries: [["k", "h", 1, 6]], modified: 1 },
      ],
      [
        [2, "lost"],
        [3, "won"],
      ],
    ],
    [
      "without revisions (version 2) the newest ingestion is current",
      [
        { file: "b", deliveries: [["k", "h", undefined, 7]], modified: 1 },
        { file: "a", deliveries: [["k", "g", undefined, 3]], modified: 2 },
      ],
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
  ])("%s", (_name, given, expected) => {
    const [window] = choose(given.map(manifest)).windows;
    expect(window?.revisions.map(({ revision, said }) => [revision, said.file.sha256])).toEqual(expected);
  });

  it("of a delivery the highest ordinal counts, then the command id", () => {
    const given = [
      manifest({ revision: 1, file: "a", deliveries: [["k", "h", 1]] }),
      manifest({ revision: 2, file: "b", deliveries: [["k", "g", 2]] }),
      manifest({ revision: 3, file: "c", deliveries: [["k", "z", 1]] }),
    ];
    expect(choose(given).deliveries).toMatchObject([{ key: "k", generation: "g", ordinal: 2 }]);
  });

  it.each<[string, Given, Given, boolean]>([
    [
      "withdrawn where the current file lacks it",
      {
        revision: 1,
        file: "a",
        deliveries: [
          ["k", "g", 0],
          ["o", "p", 0],
        ],
      },
      { revision: 2, file: "b", deliveries: [["o", "p", 0]] },
      true,
    ],
    [
      "not withdrawn where it came back",
      { revision: 1, file: "a", deliveries: [["o", "p", 0]] },
      {
        revision: 2,
        file: "b",
        deliveries: [
          ["k", "g", 0],
          ["o", "p", 0],
        ],
      },
      false,
    ],
  ])("a delivery is %s", (_name, first, second, withdrawn) => {
    const found = choose([manifest(first), manifest(second)]).deliveries.find(({ key }) => key === "k");
    expect(found?.withdrawn).toBe(withdrawn);
  });

  it("a delivery that was ingested again without rows there is not withdrawn", () => {
    const later = manifest({ revision: 1, file: "x", deliveries: [["k", "h", 1]] });
    const elsewhere = {
      ...later,
      said: { ...later.said, window: { start: HOUR, end: 2 * HOUR, span: "PT1H" } },
    };
    const here = [
      manifest({
        revision: 1,
        file: "a",
        deliveries: [
          ["k", "g", 0],
          ["o", "p", 0],
        ],
      }),
      manifest({ revision: 2, file: "b", deliveries: [["o", "p", 0]] }),
    ];
    const found = choose([...here, elsewhere]).deliveries.find(({ key }) => key === "k");
    expect(found).toMatchObject({ generation: "h", withdrawn: false });
  });

  it("a span history is what the windows show, the first rule for all of the past", () => {
    const shown = [
      { start: 2 * HOUR, span: "PT30M" },
      { start: 0, span: "PT1H" },
      { start: HOUR, span: "PT1H" },
      { start: 2.5 * HOUR, span: "PT30M" },
    ];
    expect(spansOf(shown, (declared) => (declared === "PT1H" ? HOUR : HOUR / 2))).toEqual([
      { from: Number.MIN_SAFE_INTEGER, span: HOUR, declared: "PT1H" },
      { from: 2 * HOUR, span: HOUR / 2, declared: "PT30M" },
    ]);
  });
});

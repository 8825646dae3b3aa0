import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatInstant, HOUR, parseInstant } from "../observation/time";
import type { BuildPlan, DesiredDelivery } from "../ports/ledger";
import { datasetFor } from "../ports/testing";
import { manifestKey } from "./file-name";
import { type ManifestFacts, manifest, manifestText } from "./manifest";
import { declaredRights } from "./rights";

const START = parseInstant("2024-06-01T10:00:00Z") ?? 0;
const HOUR_OF = { start: START, end: START + HOUR };

const MAP_FOR_TESTS = {
  datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
  lat: { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" },
  lon: { standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon", dtype: "float64" },
  canonical_variables: [],
  metadata_variables: [],
};

const dataset = datasetFor("demo", { licence: "ODbL 1.0", attribution: "the network" });

function delivery(change: Partial<DesiredDelivery>): DesiredDelivery {
  return {
    key: "a".repeat(64),
    generation: "g",
    priority: 10,
    collectedAt: START + 2 * HOUR,
    rows: 5,
    mapHash: "m1",
    columns: [],
    sourceName: "archive",
    interval: { start: START - HOUR, end: START + 2 * HOUR },
    claim: HOUR_OF,
    payloadSha256: "f".repeat(64),
    payloadKey: "payloads/demo/f.parquet",
    ordinal: 0,
    stations: 2,
    mapVersion: 3,
    receivedAt: START + 3 * HOUR,
    ingestedAt: START + 4 * HOUR,
    ...change,
  };
}

function plan(deliveries: readonly DesiredDelivery[]): BuildPlan {
  return {
    window: { dataset: "demo", ...HOUR_OF },
    declaredSpan: "PT1H",
    token: 7,
    desiredHash: "d".repeat(64),
    deliveries,
    maps: {},
    exclusions: [
      {
        id: "e",
        station: "10",
        variable: undefined,
        box: [1, 2, 3, 4],
        time: HOUR_OF,
        reason: "in the cellar",
      },
    ],
    coverageShare: 0.5,
    complete: false,
    gaps: [{ start: START + HOUR / 2, end: START + HOUR }],
    current: undefined,
    lastRevision: 0,
    requests: ["click"],
    sealed: false,
  };
}

const facts: ManifestFacts = {
  file: "demo.parquet",
  sha256: "c".repeat(64),
  bytes: 100,
  rows: 5,
  stations: 2,
  observed: { start: START, end: START + HOUR / 4 },
  bbox: [9, 49, 11, 51],
  columns: [],
  rights: new Map(),
};

describe("manifest", () => {
  it("tells the file's extent, the coverage with its gaps, and what was excluded", () => {
    expect(manifest(plan([delivery({})]), dataset, facts)).toMatchObject({
      window: { start: "2024-06-01T10:00:00Z", end: "2024-06-01T11:00:00Z", span: "PT1H" },
      file: {
        rows: 5,
        stations: 2,
        observed: { first: "2024-06-01T10:00:00Z", last: "2024-06-01T10:15:00Z" },
        bbox: [9, 49, 11, 51],
      },
      coverage: {
        share: 0.5,
        complete: false,
        gaps: [{ start: "2024-06-01T10:30:00Z", end: "2024-06-01T11:00:00Z" }],
      },
      map_hashes: ["m1"],
      exclusions: [
        {
          id: "e",
          reason: "in the cellar",
          station: "10",
          variable: null,
          box: [1, 2, 3, 4],
          start: "2024-06-01T10:00:00Z",
          end: "2024-06-01T11:00:00Z",
        },
      ],
    });
  });

  it("tells of each delivery where it came from, what it claims here, under which map, and its times", () => {
    expect(manifest(plan([delivery({})]), dataset, facts)).toMatchObject({
      deliveries: [
        {
          key: "a".repeat(64),
          source: "archive",
          priority: 10,
          interval: { start: "2024-06-01T09:00:00Z", end: "2024-06-01T12:00:00Z" },
          claim: { start: "2024-06-01T10:00:00Z", end: "2024-06-01T11:00:00Z" },
          payload_sha256: "f".repeat(64),
          generation: "g",
          map_hash: "m1",
          map_version: 3,
          collected_at: "2024-06-01T12:00:00Z",
          received_at: "2024-06-01T13:00:00Z",
          ingested_at: "2024-06-01T14:00:00Z",
          rows: 5,
          stations: 2,
        },
      ],
    });
  });

  it("tells what the ledger is made of again when the database is lost: maps, settings, ordinals, keys, the revision", () => {
    const map = MAP_FOR_TESTS;
    const settings = { subjectToChange: 0, policy: { kind: "build-after", after: 6 * HOUR } } as const;
    const first = { ...plan([delivery({ ordinal: 2 })]), maps: { m1: map }, lastRevision: 4 };
    expect(manifest(first, { ...dataset, settings, personal: ["author"] }, facts)).toMatchObject({
      manifest_version: 3,
      revision: 5,
      settings: {
        build_after: "PT6H",
        floor: formatInstant(dataset.floor),
        personal: ["author"],
        licence: "ODbL 1.0",
        attribution: "the network",
      },
      maps: { m1: map },
      deliveries: [{ ordinal: 2, payload_key: "payloads/demo/f.parquet" }],
    });
  });

  it("names the current revision where the bytes are its own, and the next one where they are not", () => {
    const current = { revision: 4, sha256: facts.sha256 } as NonNullable<BuildPlan["current"]>;
    const of = (plan: BuildPlan) => manifest(plan, dataset, facts);
    const given = { ...plan([delivery({})]), lastRevision: 6 };
    expect(of({ ...given, current })).toMatchObject({ revision: 4 });
    expect(of({ ...given, current: { ...current, sha256: "other" } })).toMatchObject({ revision: 7 });
  });

  it("says null for what a file without positions, a delivery without a claim, or a foreign one does not have", () => {
    const foreign = delivery({ sourceName: undefined, claim: undefined });
    const said = manifest(plan([foreign]), dataset, { ...facts, bbox: undefined, observed: undefined });
    expect(said).toMatchObject({
      file: { bbox: null, observed: null },
      deliveries: [{ source: null, claim: null }],
    });
  });

  it("names licence and attribution of every source once; of those that declare none, the dataset's", () => {
    const config = z.object({ network: z.string() });
    const kinds = [
      {
        kind: "live",
        config,
        dataset: ({ network }: { network: string }) => ({ licence: "CC BY 4.0", attribution: network }),
      },
    ];
    const sources = [
      { name: "feed", kind: "live", config: { network: "the feed" } },
      { name: "broken", kind: "live", config: {} },
      { name: "archive", kind: "gone", config: {} },
    ];
    const names = ["feed", "archive", "feed", "broken", undefined];
    const deliveries = names.map((sourceName, i) => delivery({ key: `${i}`, sourceName }));
    const said = manifest(plan(deliveries), dataset, { ...facts, rights: declaredRights(sources, kinds) });
    const ofDataset = { licence: "ODbL 1.0", attribution: "the network" };
    expect(said).toMatchObject({
      licences: [
        { source: "archive", ...ofDataset },
        { source: "broken", ...ofDataset },
        { source: "feed", licence: "CC BY 4.0", attribution: "the feed" },
        { source: null, ...ofDataset },
      ],
    });
  });

  it("is a function of the facts: no token, no request, no order of deliveries, no instant of the build", () => {
    const two = [delivery({ key: "a" }), delivery({ key: "b" })];
    const one = manifestText(manifest(plan(two), dataset, facts));
    const other = manifestText(
      manifest({ ...plan(two.toReversed()), token: 8, requests: [] }, dataset, facts),
    );
    expect(other).toBe(one);
    expect(manifestKey("datasets/demo/f.parquet", one)).toMatch(
      /^datasets\/demo\/f\.parquet\.[0-9a-f]{8}\.manifest\.json$/,
    );
    expect(manifestKey("f", one)).not.toBe(manifestKey("f", `${one} `));
  });
});

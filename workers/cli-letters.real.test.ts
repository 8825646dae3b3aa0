import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openConfig } from "../server/configuration/sealing";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

const INGEST = "ionbeam.ingestion.ingestV1";
const DAY = ["--from", "2026-03-01", "--to", "2026-03-01T02:00:00Z"];

describe("letters, the audit and the rest of the verbs on the command line", () => {
  let line: TestLine;
  const { ask, json } = commandsOn(() => line);
  let delivery: string;

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
    await json("source", "run", "ioncannon", ...DAY, "--key", "once");
    await line.until(
      async () =>
        (await isQuiet(line)) && (await line.runtime.views.windows({ limit: 9 })).items.length === 2,
      "two windows",
    );
    [{ delivery }] = await json("ingest", "list");
  });
  afterAll(() => line.close());

  const whats = async (...filter: string[]) =>
    (await json("audit", "list", ...filter)).map(({ what }: { what: string }) => what);
  /** A message that names no payload, or is none; waited for until it is set aside. */
  const send = async (body: object) => {
    const id = randomUUID();
    await line.runtime.inbox.accept({ queue: INGEST, id, body, lane: "live" });
    await set(id, 1);
    return id;
  };
  const listed = async (id: string, ...filter: string[]) =>
    (await json("dead-letter", "list", ...filter)).filter((each: { id: string }) => each.id === id);
  const set = (id: string, count: number) =>
    line.until(
      async () =>
        (await line.runtime.inbox.deadLetters(99, 0)).filter((each) => each.id === id).length === count,
      "the dead letter",
    );
  const command = async (location: string) => ({
    id: randomUUID(),
    metadata: {
      dataset: (await line.runtime.catalog.dataset("ioncannon")).metadata,
      ingestion_map: (await line.runtime.catalog.source("ioncannon")).map,
      version: 1,
    },
    payload_location: location,
    start_time: "2026-03-01T00:00:00Z",
    end_time: "2026-03-01T01:00:00Z",
  });

  it("shows a letter with its reason and what it belongs to; replays, discards and takes it back", async () => {
    const id = await send(await command("/nowhere/x.parquet"));
    expect(await listed(id)).toMatchObject([
      { queue: INGEST, class: "invalid", about: { stage: "ingest", dataset: "ioncannon" } },
    ]);
    const shown = await json("dead-letter", "show", INGEST, id);
    expect(shown).toMatchObject({
      id,
      reason: "there is no payload at /nowhere/x.parquet: write it there and replay this message",
      source: "ioncannon",
      windows: { built: 1 },
      file: { location: "/nowhere/x.parquet", own: false },
      discardedAt: null,
      body: { payload_location: "/nowhere/x.parquet" },
    });
    expect(await json("dead-letter", "replay", id)).toEqual({ replayed: 1 });
    await set(id, 1);
    expect((await json("dead-letter", "show", INGEST, id)).reason).toBe(shown.reason);
    expect(await json("dead-letter", "discard", id)).toEqual({ discarded: 1 });
    expect([await listed(id), (await listed(id, "--discarded")).length]).toEqual([[], 1]);
    expect(await json("status")).toMatchObject({ deadLetters: 0 });
    expect(await json("dead-letter", "restore", id)).toEqual({ restored: 1 });
    expect(await json("dead-letter", "show", INGEST, id)).toMatchObject({
      reason: shown.reason,
      discardedAt: null,
    });
    expect(await whats("--subject", id)).toEqual([
      "dead-letter restore",
      "dead-letter discard",
      "dead-letter replay",
    ]);
    const text = await ask("audit", "list", "--subject", id, "--limit", "1");
    expect(text.out).toContain("state: discarded -> dead");
    expect(await json("dead-letter", "discard", "--queue", INGEST, "--class", "invalid")).toEqual({
      discarded: 1,
    });
    expect(await json("dead-letter", "discard", "--all")).toEqual({ discarded: 0 });
  });

  it("sets what is no command aside as malformed", async () => {
    const id = await send({ note: "no command at all" });
    expect(await listed(id, "--class", "malformed")).toHaveLength(1);
    expect(await json("dead-letter", "discard", id)).toEqual({ discarded: 1 });
  });

  it("shows a source, a delivery and a dataset", async () => {
    expect(await json("source", "show", "ioncannon")).toMatchObject({
      name: "ioncannon",
      enabled: false,
      config: { num_stations: 5 },
      map: { version: 1, metadata: ["station_id", "altitude"] },
      lastRun: { state: "done" },
    });
    const [start, middle, end] = ["2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z"];
    expect(await json("ingest", "show", delivery)).toMatchObject({
      delivery,
      start,
      end,
      payload: "present",
      history: [{ ordinal: 0, current: true, points: "present" }],
      windows: [
        { start, end: middle, claimed: true, state: "built", rows: expect.any(Number) },
        { start: middle, end, claimed: true, state: "built" },
      ],
    });
    expect(await json("dataset", "show", "ioncannon")).toMatchObject({ name: "ioncannon", windows: 2 });
  });

  it("has current revisions projected again", async () => {
    const owed = async () => {
      const [{ done, owed: left }] = await json("projection", "list");
      return [done, left];
    };
    await line.until(async () => String(await owed()) === "2,0", "the first projection");
    const before = Date.parse((await json("projection", "list"))[0].lastDoneAt);
    expect(await json("projection", "run", "pygeoapi", "ioncannon", ...DAY)).toEqual({
      projection: "pygeoapi",
      dataset: "ioncannon",
      windows: 2,
    });
    await line.until(
      async () =>
        String(await owed()) === "2,0" &&
        Date.parse((await json("projection", "list"))[0].lastDoneAt) > before,
      "the second projection",
    );
    const none = ["--from", "2020-01-01", "--to", "2020-01-02"];
    expect(await json("projection", "run", "pygeoapi", "ioncannon", ...none)).toMatchObject({ windows: 0 });
    expect(await whats("--kind", "projection")).toEqual(["projection run"]);
  });

  it("audits every verb that changes something, once, with before and after", async () => {
    await json("source", "run", "ioncannon", ...DAY, "--key", "once");
    await json("source", "enable", "sensor_community");
    await json("source", "enable", "sensor_community");
    await json("source", "disable", "sensor_community");
    await json("delivery", "withdraw", delivery);
    await json("delivery", "withdraw", delivery);
    await json("delivery", "restore", delivery);
    await json("dataset", "set", "ioncannon", "--subject-to-change", "PT30M");
    const rebuild = ["window", "rebuild", "ioncannon", "2026-03-01T00:00:00Z", "--key", "click"];
    await json(...rebuild);
    const entries = await json("audit", "list");
    const of = (what: string) => entries.filter((each: { what: string }) => each.what === what);
    expect(of("source run")).toMatchObject([{ who: "local", subject: "ioncannon" }]);
    const change = (field: string, before: string | undefined, after: string) => ({
      field,
      after,
      ...(before === undefined ? {} : { before }),
    });
    expect(of("source enable")).toMatchObject([{ changes: [change("enabled", "false", "true")] }]);
    expect(of("source disable")).toMatchObject([{ changes: [change("enabled", "true", "false")] }]);
    expect(of("delivery withdraw")).toMatchObject([
      { subject: delivery, changes: [change("withdrawn", "false", "true")] },
    ]);
    expect(of("delivery restore")).toMatchObject([{ changes: [change("withdrawn", "true", "false")] }]);
    expect(of("dataset set")).toMatchObject([
      { subject: "ioncannon", changes: [change("subjectToChange", "PT0S", "PT30M")] },
    ]);
    expect(of("window reprocess")).toMatchObject([
      {
        subject: "ioncannon 2026-03-01T00:00:00Z",
        changes: expect.arrayContaining([change("forced", undefined, "false")]),
      },
    ]);
    expect(await whats("--what", "source enable", "--who", "local")).toEqual(["source enable"]);
    expect(await whats("--to", "2020-01-01")).toEqual([]);
    expect(await whats("--who", "nobody")).toEqual([]);
  });

  it("exports the catalogue: taken over it changes nothing, and its secrets stay where they are", async () => {
    const file = path.join(line.folder, "secret.yaml");
    await writeFile(file, "sources:\n  netatmo:\n    username: me\n    password: s3cret\n");
    await json("config", "import", file);
    const output = path.join(line.folder, "exported.yaml");
    expect(await json("config", "export", "--output", output)).toEqual({
      file: output,
      secrets: ["sources.netatmo.password"],
    });
    const text = await ask("config", "export");
    expect(text).toMatchObject({ code: 0, out: await readFile(output, "utf8") });
    expect(text.err).toBe(
      "ionbeam: sources.netatmo.password is secret and not exported: write it where it is wanted\n",
    );
    expect(await json("config", "import", output)).toEqual({ applied: [], passedOver: [] });
    await writeFile(output, text.out.replace("username: me", "username: you"));
    expect(await json("config", "import", output)).toMatchObject({
      applied: ["source netatmo: configured as the settings say"],
    });
    const { config } = await line.runtime.catalog.source("netatmo");
    expect(JSON.stringify(config)).not.toContain("s3cret");
    expect(await openConfig(config, line.runtime.secretBox)).toEqual({
      config: { username: "you", password: "s3cret" },
      lost: [],
    });
    expect((await json("source", "show", "netatmo")).config).toEqual({
      username: "you",
      password: "(secret)",
    });
    const audit = await line.db.rows(undefined, "SELECT * FROM audit");
    expect(JSON.stringify(audit)).not.toContain("s3cret");
  });

  it.each([
    [3, ["source", "show", "nobody"], /no source "nobody"/],
    [3, ["ingest", "show", "abc"], /no delivery abc; ionbeam ingest list shows them/],
    [3, ["dataset", "show", "nobody"], /no dataset "nobody"/],
    [3, ["dead-letter", "show", "q", "abc"], /no dead letter abc of q/],
    [3, ["dead-letter", "show", "q", randomUUID()], /no dead letter .* of q: it may have been replayed/],
    [3, ["dead-letter", "discard", randomUUID()], /no dead letter/],
    [3, ["dead-letter", "restore", "abc"], /no dead letter abc/],
    [2, ["dead-letter", "discard"], /say which: an id .*--all/],
    [2, ["dead-letter", "list", "--class", "bad"], /there are: malformed, invalid/],
    [
      3,
      ["projection", "run", "nothing", "ioncannon", ...DAY],
      /no projection "nothing"; there are: pygeoapi/,
    ],
    [3, ["projection", "run", "pygeoapi", "nobody", ...DAY], /no dataset "nobody"/],
    [
      2,
      ["projection", "run", "pygeoapi", "ioncannon", "--from", "2026-03-02", "--to", "2026-03-01"],
      /ends before it starts/,
    ],
    [
      2,
      ["config", "export", "--output", "/nowhere/at/all.yaml"],
      /\/nowhere\/at\/all\.yaml cannot be written/,
    ],
    [2, ["audit", "list", "--from", "yesterday"], /give UTC as/],
  ] as const)("ends with %i and a sentence for %j", async (code, args, words) => {
    const answer = await ask(...args);
    expect(answer.err).toMatch(words);
    expect(answer).toMatchObject({ code, out: "" });
  });
});

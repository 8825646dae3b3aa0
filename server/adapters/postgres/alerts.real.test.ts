import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { STANDARD_SETTINGS } from "../../alert/model";
import { AlertWatch } from "../../alert/round";
import { alertVerbs } from "../../alert/verbs";
import { MOST_TRIES, signature, webhookRound } from "../../alert/webhook";
import { DAY, HOUR, MINUTE, type Micros } from "../../observation/time";
import type { Log } from "../../ports/log";
import { INGEST_QUEUE, ingestCommandId } from "../../source/messages";
import { NodeStagedHttp } from "../http/staged-http";
import { KeyFileSecretBox } from "../system/secret-box";
import { PostgresAlerts } from "./alerts";
import { PostgresCatalog } from "./catalog";
import { Database } from "./database";
import { type TestDatabase, testDatabase } from "./testing";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };

interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("alerts in PostgreSQL", () => {
  let database: TestDatabase;
  let db: Database;
  let alerts: PostgresAlerts;
  let verbs: ReturnType<typeof alertVerbs>;
  let folder: string;
  let server: Server;
  let address: string;
  let told: Told[];
  let status: number;
  let uptime: number;
  let now: Micros;
  let secretBox: KeyFileSecretBox;
  const stagedHttp = new NodeStagedHttp();
  const clock = { now: () => now };

  beforeAll(async () => {
    database = await testDatabase();
    db = new Database(database.connectionString, { connections: 4 });
    alerts = new PostgresAlerts(db);
    folder = mkdtempSync(path.join(os.tmpdir(), "alerts-"));
    secretBox = new KeyFileSecretBox(folder);
    const catalog = new PostgresCatalog(db);
    verbs = alertVerbs({ alerts, catalog, transactions: db, secretBox, stagedHttp, clock });
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      told.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response
        .writeHead(status, status === 302 ? { location: "/elsewhere" } : {})
        .end(`thank you for ${request.url}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts?token=sesame`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await db.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await db.execute(
      undefined,
      'TRUNCATE alert, alert_message, alert_settings, webhook, audit, run, source, schedule, variable_map, dataset, "window", generation, inbox, outbox',
    );
    told = [];
    status = 200;
    uptime = 0;
    now = await db.now();
    await db.execute(
      undefined,
      `INSERT INTO variable_map (hash, dataset, version, body, columns) VALUES ('h', 'd', 1, '{"datetime":{"from":"t"},"lat":{"from":"y","standard_name":"latitude","cf_unit":"degrees_north"},"lon":{"from":"x","standard_name":"longitude","cf_unit":"degrees_east"},"canonical_variables":[],"metadata_variables":[]}', '[]')`,
    );
    await db.execute(
      undefined,
      `INSERT INTO source (name, kind, config, enabled, dataset, map_hash, map_version, created_at) VALUES ('a', 'k', '{}', true, 'd', 'h', 1, clock_timestamp() - interval '30 days')`,
    );
    await db.execute(
      undefined,
      "INSERT INTO schedule (id, source, window_size_us, interval_us, lag_us, enabled, fired_through_us) VALUES (gen_random_uuid(), 'a', 600000000, 600000000, 0, true, 0)",
    );
  });

  /** A run of the source whose range ended so long ago. What it brought waits to be ingested. */
  const ran = async (ago: Micros, state = "done", rows: number | null = 5, attempts = 1) => {
    const [run] = await db.rows<{ id: string }>(
      undefined,
      `INSERT INTO run (id, source, start_us, end_us, trigger, lane, state, rows, attempts, error) VALUES (gen_random_uuid(), 'a', $1::bigint, $2::bigint, 'schedule', 'live', $3, $4::bigint, $5::int, CASE WHEN $3 = 'failed' THEN 'it answered 500' END)
       RETURNING id::text`,
      now - ago - 10 * MINUTE,
      now - ago,
      state,
      rows,
      attempts,
    );
    const command = ingestCommandId(run?.id ?? "");
    if (state === "done" && rows !== 0)
      await db.execute(
        undefined,
        "INSERT INTO outbox (route, id, body, lane) VALUES ($1, $2::uuid, '{}', 'live')",
        INGEST_QUEUE,
        command,
      );
    return command;
  };
  const dataset = () =>
    db.execute(
      undefined,
      `INSERT INTO dataset (name, description, keywords, source_links, declared_span, subject_to_change_us, policy, identity, mobile, personal, floor_us, licence, attribution, synthetic)
       VALUES ('d', '', '{}', '[]', 'PT1H', 0, 'wait', '{}', false, '{}', 0, '', '', false)`,
    );
  const watch = () => new AlertWatch({ alerts, transactions: db, log: silent, uptimeMs: () => uptime });
  /** One that is past the calm after its start. */
  const watching = () => {
    const watcher = watch();
    uptime += 3_600_000;
    return watcher;
  };
  const send = () =>
    webhookRound(
      { alerts, stagedHttp, secretBox, clock, log: silent, backOffMs: () => 0 },
      new AbortController().signal,
    );
  const open = async () => (await alerts.page({ state: "open", limit: 10 })).items;
  const past = async () => (await alerts.page({ state: "resolved", limit: 10 })).items;
  const types = () => told.map(({ body }) => JSON.parse(body).type);

  it("a silent source is one alert, told once; heard again it ends by itself, told once", async () => {
    await verbs.setWebhook({ address, key: "open sesame", enabled: true });
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    await watcher.round();
    await watching().round();
    expect(await open()).toMatchObject([{ rule: "silence", subject: "a", href: "/sources/a" }]);
    await send();
    await send();
    expect(types()).toEqual(["int.ecmwf.ionbeam.alert.opened"]);
    const [first] = told;
    const event = JSON.parse(first?.body ?? "");
    expect(event).toMatchObject({
      specversion: "1.0",
      source: "/ionbeam",
      subject: "a",
      data: { rule: "silence", state: "open", page: "/sources/a", resolved_at: null },
    });
    const { headers, body } = first as Told;
    expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(headers["webhook-id"]).toBe(event.id);
    expect(headers["webhook-signature"]).toBe(
      signature("open sesame", event.id, String(headers["webhook-timestamp"]), body),
    );

    await ran(MINUTE);
    await watcher.round();
    await watcher.round();
    await send();
    expect(await open()).toEqual([]);
    expect(await past()).toMatchObject([{ resolution: "It came to its end by itself." }]);
    expect(types()).toEqual(["int.ecmwf.ionbeam.alert.opened", "int.ecmwf.ionbeam.alert.resolved"]);
  });

  it("a run over the past, asked for today, does not break a silence; one without rows neither", async () => {
    await ran(2 * HOUR);
    await ran(30 * HOUR);
    await ran(MINUTE, "done", 0);
    await watching().round();
    expect(await open()).toMatchObject([{ rule: "silence" }]);
  });

  it("a payload that ingestion refuses is nothing heard; one that is still to be ingested is", async () => {
    await ran(2 * HOUR);
    const refused = [await ran(MINUTE)];
    for (let more = 0; more < 10; more += 1) refused.push(await ran(MINUTE));
    const heard = async () => (await alerts.facts(STANDARD_SETTINGS)).sources[0]?.heard;
    expect(await heard()).toBe(now - MINUTE);
    await db.execute(
      undefined,
      "INSERT INTO inbox (queue, id, body, lane) SELECT $1, unnest($2::uuid[]), '{}', 'live'",
      INGEST_QUEUE,
      refused,
    );
    expect(await heard()).toBe(now - MINUTE);
    await db.execute(undefined, "UPDATE inbox SET dead_at = clock_timestamp(), dead_reason = 'no'");
    expect(await heard()).toBe(now - 2 * HOUR);
    await watching().round();
    expect(await open()).toMatchObject([{ rule: "silence", since: now - 2 * HOUR }]);
    // Discarded by a person, it is not heard either.
    await db.execute(
      undefined,
      "UPDATE inbox SET settled_at = clock_timestamp(), discarded_at = clock_timestamp()",
    );
    expect(await heard()).toBe(now - 2 * HOUR);
  });

  it("a schedule that is added or turned on is given its time, however long nothing was heard", async () => {
    const catalog = new PostgresCatalog(db);
    await ran(DAY + HOUR);
    await db.execute(undefined, "UPDATE schedule SET interval_us = $1::bigint", DAY);
    const [daily] = await catalog.schedules("a");
    const id = "6f1f1d0c-0000-4000-8000-000000000001";
    const often = { id, source: "a", windowSize: HOUR, interval: 10 * MINUTE, lag: 0, firedThrough: now };
    const since = async () =>
      (await alerts.facts(STANDARD_SETTINGS)).sources[0]?.schedules.find(({ interval }) => interval < DAY)
        ?.since;
    await db.run((tx) => catalog.saveSchedule(tx, { ...often, enabled: true }));
    const added = (await since()) ?? 0;
    expect(added).toBeGreaterThanOrEqual(now);
    // What is saved again as it was is no newer.
    await db.run((tx) => catalog.saveSchedule(tx, { ...often, enabled: true }));
    expect(await since()).toBe(added);
    await watching().round();
    expect(await open()).toEqual([]);
    for (const enabled of [false, true])
      await db.run((tx) => catalog.saveSchedule(tx, { ...often, enabled }));
    expect(await since()).toBeGreaterThan(added);
    await db.execute(undefined, "UPDATE schedule SET on_since = on_since - interval '1 hour'");
    await watching().round();
    expect(await open()).toMatchObject([{ rule: "silence" }]);
    expect(daily).toMatchObject({ interval: DAY });
  });

  it("a source that is turned off is not silent, and its alert ends with that", async () => {
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    await db.execute(undefined, "UPDATE source SET enabled = false");
    await watcher.round();
    expect(await open()).toEqual([]);
    expect((await past())[0]?.resolution).toMatch(/not watched any more/);
  });

  it("two workers that see the same at once open one", async () => {
    await ran(2 * HOUR);
    await Promise.all([watching(), watching(), watching()].map((each) => each.round()));
    expect(await open()).toHaveLength(1);
  });

  it("right after a start, and after the clock was set, nothing is overdue", async () => {
    await ran(2 * HOUR);
    const watcher = watch();
    await watcher.round();
    expect(await open()).toEqual([]);
    uptime = 3_600_000;
    watcher.clockSet();
    await watcher.round();
    expect(await open()).toEqual([]);
    uptime += 599_000;
    await watcher.round();
    expect(await open()).toEqual([]);
    uptime += 2_000;
    await watcher.round();
    expect(await open()).toHaveLength(1);
    // Nor does a step of the clock end what is open: the ages are of the clock, not of the source.
    watcher.clockSet();
    await ran(0);
    await watcher.round();
    expect(await open()).toHaveLength(1);
    uptime += 600_000;
    await watcher.round();
    expect(await open()).toEqual([]);
  });

  it("failures in a row need no calm, and end with the first run that succeeds", async () => {
    await ran(MINUTE);
    await db.execute(undefined, "UPDATE run SET requested_at = requested_at - interval '1 hour'");
    await ran(0, "failed", null, STANDARD_SETTINGS.failuresInRow);
    const watcher = watch();
    await watcher.round();
    expect(await open()).toMatchObject([
      { rule: "runs", sentence: expect.stringContaining("it answered 500") },
    ]);
    await db.execute(undefined, "UPDATE run SET state = 'done', rows = 1 WHERE state = 'failed'");
    await watcher.round();
    expect(await open()).toEqual([]);
  });

  it("failures in a row do not end because more is asked for, or was cancelled: a run has to succeed", async () => {
    await ran(10 * MINUTE, "failed", null, STANDARD_SETTINGS.failuresInRow);
    const watcher = watch();
    await watcher.round();
    expect(await open()).toMatchObject([{ rule: "runs" }]);
    for (let more = 0; more < 25; more += 1) await ran(MINUTE, more % 2 ? "queued" : "cancelled", null, 0);
    await watcher.round();
    expect(await open()).toHaveLength(1);
    await db.execute(undefined, "UPDATE run SET state = 'cancelled' WHERE state = 'failed'");
    await watcher.round();
    expect(await open()).toHaveLength(1);
    await ran(0, "done", 0);
    await watcher.round();
    expect(await past()).toMatchObject([{ rule: "runs", resolution: "It came to its end by itself." }]);
  });

  it("failures in a row of a source that is turned off are not watched any more", async () => {
    await ran(0, "failed", null, STANDARD_SETTINGS.failuresInRow);
    const watcher = watch();
    await watcher.round();
    expect(await open()).toHaveLength(1);
    await db.execute(undefined, "UPDATE source SET enabled = false");
    await watcher.round();
    expect(await past()).toMatchObject([{ rule: "runs", resolution: expect.stringMatching(/not watched/) }]);
  });

  it("late windows that have become too old are not said to have been built", async () => {
    await dataset();
    await db.execute(
      undefined,
      `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason)
       VALUES ('d', $1::bigint, $2::bigint, 'PT1H', '', 0, false, '[]', 'waiting', 'waiting', false, 'why')`,
      now - 4 * HOUR,
      now - 3 * HOUR,
    );
    await ran(MINUTE);
    const watcher = watching();
    await watcher.round();
    expect(await open()).toMatchObject([
      { rule: "late", sentence: expect.stringContaining("waits for a delivery") },
    ]);
    await db.execute(
      undefined,
      `UPDATE "window" SET start_us = start_us - $1::bigint, end_us = end_us - $1::bigint`,
      7 * DAY,
    );
    await db.execute(undefined, "UPDATE alert SET opened_at = opened_at - interval '7 days'");
    await watcher.round();
    expect(await past()).toMatchObject([{ resolution: expect.stringContaining("Older ones still are") }]);
  });

  it("late windows are one alert of their dataset, with the oldest; those that nobody collects are not", async () => {
    await dataset();
    const window = (endAgo: Micros, state: string, need: string, readyAgo = "0 s") =>
      db.execute(
        undefined,
        `INSERT INTO "window" (dataset, start_us, end_us, declared_span, desired_hash, coverage_share, complete, gaps, need, state, stale, reason, ready_at)
         VALUES ('d', $1::bigint, $2::bigint, 'PT1H', '', 0, false, '[]', $3, $4, false, 'why', clock_timestamp() - $5::interval)`,
        now - endAgo - HOUR,
        now - endAgo,
        need,
        state,
        readyAgo,
      );
    await window(HOUR, "waiting", "waiting");
    await window(3 * HOUR, "waiting", "waiting");
    await window(4 * HOUR, "queued", "due", "1 hour");
    await window(5 * HOUR, "queued", "due", "150 minutes");
    await window(6 * HOUR, "built", "none");
    await window(30 * 24 * HOUR, "waiting", "waiting");
    await ran(MINUTE);
    const { datasets } = await alerts.facts(STANDARD_SETTINGS);
    expect(datasets).toMatchObject([
      { name: "d", late: { count: 2, waiting: 1, start: now - 4 * HOUR, reason: "why" } },
    ]);
    expect(
      (await alerts.facts({ ...STANDARD_SETTINGS, lateAfterOf: { d: 4 * HOUR } })).datasets[0]?.late,
    ).toBeUndefined();
    await db.execute(undefined, "UPDATE source SET enabled = false");
    expect((await alerts.facts(STANDARD_SETTINGS)).datasets[0]?.late).toMatchObject({ count: 1 });
  });

  it("a webhook that answers 500 is told as soon as it answers 200, in order", async () => {
    await verbs.setWebhook({ address, enabled: true });
    status = 500;
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    await send();
    expect((await open())[0]?.messages).toMatchObject([
      {
        kind: "opened",
        state: "waiting",
        attempts: 1,
        error: expect.stringMatching(/^protocol: it answered with status 500/),
      },
    ]);
    await ran(MINUTE);
    await watcher.round();
    await send();
    status = 200;
    await send();
    await send();
    expect(types().slice(-2)).toEqual(["int.ecmwf.ionbeam.alert.opened", "int.ecmwf.ionbeam.alert.resolved"]);
    // The same message has the same id however often it is sent.
    expect(new Set(told.slice(0, 3).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect((await past())[0]?.messages.map(({ state }) => state)).toEqual(["sent", "sent"]);
  });

  it("is sent again under its id when the worker dies before that is written down", async () => {
    await verbs.setWebhook({ address, enabled: true });
    await ran(2 * HOUR);
    await watching().round();
    const dying = { ...alerts, webhook: () => alerts.webhook(), dueMessages: () => alerts.dueMessages(5) };
    const endMessage = () => Promise.reject(new Error("killed"));
    const ports = { stagedHttp, secretBox, clock, log: silent, backOffMs: () => 0 };
    await expect(
      webhookRound({ ...ports, alerts: { ...dying, endMessage } }, new AbortController().signal),
    ).rejects.toThrow("killed");
    await send();
    expect(told.map(({ headers }) => headers["webhook-id"])).toHaveLength(2);
    expect(new Set(told.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("follows no redirect: what is told is for the address that was entered", async () => {
    await verbs.setWebhook({ address, enabled: true });
    status = 302;
    expect(await verbs.testWebhook()).toMatchObject({ ok: false, status: 302, check: "path" });
    expect(told).toHaveLength(1);
  });

  it("is given up after so many tries, and shown as that", async () => {
    await verbs.setWebhook({ address, enabled: true });
    status = 404;
    await ran(2 * HOUR);
    await watching().round();
    for (let attempt = 0; attempt < MOST_TRIES + 3; attempt += 1) await send();
    expect(told).toHaveLength(MOST_TRIES);
    expect((await open())[0]?.messages).toMatchObject([
      { state: "dead", error: expect.stringMatching(/^path: /) },
    ]);
  });

  it("a muted alert sends nothing more, its end included; that is audited", async () => {
    await verbs.setWebhook({ address, enabled: true });
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    const [alert] = await open();
    expect(await verbs.muteAlert(alert?.id ?? 0)).toBe(true);
    expect(await verbs.muteAlert(alert?.id ?? 0)).toBe(false);
    await send();
    await ran(MINUTE);
    await watcher.round();
    await send();
    expect(told).toEqual([]);
    expect((await past())[0]?.messages.map(({ state }) => state)).toEqual(["withheld"]);
    const entries = await db.rows<{ what: string }>(undefined, "SELECT what FROM audit ORDER BY id");
    expect(entries.map(({ what }) => what)).toEqual(["webhook set", "alert mute"]);
  });

  it("a problem that comes back after its alert was muted is a new alert, which is told", async () => {
    await verbs.setWebhook({ address, enabled: true });
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    const [muted] = await open();
    await verbs.muteAlert(muted?.id ?? 0);
    const heard = await ran(MINUTE);
    await watcher.round();
    await db.execute(undefined, "DELETE FROM outbox WHERE id = $1::uuid", heard);
    await watcher.round();
    await send();
    expect(await open()).toMatchObject([
      { rule: "silence", mutedAt: undefined, messages: [{ state: "sent" }] },
    ]);
    expect((await past()).map(({ id }) => id)).toEqual([muted?.id]);
    expect(types()).toEqual(["int.ecmwf.ionbeam.alert.opened"]);
  });

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      "while it was muted, and unmuted before its end",
      async () => {
        const id = (await open())[0]?.id ?? 0;
        await verbs.muteAlert(id);
        await verbs.unmuteAlert(id);
      },
      ["withheld"],
    ],
    [
      "before the webhook was turned off, and on again",
      async () => {
        await verbs.setWebhook({ enabled: false });
        await verbs.setWebhook({ enabled: true });
      },
      ["withheld"],
    ],
  ])("the end is not told where the beginning was withheld %s", async (_when, withhold, states) => {
    await verbs.setWebhook({ address, enabled: true });
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    await withhold();
    await ran(MINUTE);
    await watcher.round();
    await send();
    expect(told).toEqual([]);
    expect((await past())[0]?.messages.map(({ state }) => state)).toEqual(states);
  });

  it("an end while the webhook is off is not told when it is turned on", async () => {
    await verbs.setWebhook({ address, enabled: true });
    await ran(2 * HOUR);
    const watcher = watching();
    await watcher.round();
    await send();
    await verbs.setWebhook({ enabled: false });
    await ran(MINUTE);
    await watcher.round();
    await verbs.setWebhook({ enabled: true });
    await send();
    expect(types()).toEqual(["int.ecmwf.ionbeam.alert.opened"]);
    expect((await past())[0]?.messages.map(({ state }) => state)).toEqual(["sent", "withheld"]);
  });

  it("a webhook's address and key are stored sealed, and stand in no answer and no audit", async () => {
    await verbs.setWebhook({ address, key: "open sesame", enabled: true });
    const stored = JSON.stringify([
      await db.rows(undefined, "SELECT * FROM webhook"),
      await db.rows(undefined, "SELECT before, after FROM audit"),
      await verbs.webhook(),
    ]);
    expect(stored).not.toContain("sesame");
    expect(stored).not.toContain("127.0.0.1");
    expect(await verbs.webhook()).toMatchObject({ enabled: true, addressSet: true, keySet: true });
    const sent = await verbs.testWebhook();
    expect(sent).toMatchObject({ ok: true, status: 200, answer: "thank you for /alerts?token=sesame" });
    expect(types()).toEqual(["int.ecmwf.ionbeam.webhook.test"]);
    await verbs.setWebhook({ key: null });
    expect(await verbs.webhook()).toMatchObject({ enabled: true, addressSet: true, keySet: false });
    await verbs.setWebhook({ address: null, enabled: false });
    await expect(verbs.testWebhook()).rejects.toThrow(/no webhook to test/);
    await expect(verbs.setWebhook({ enabled: true })).rejects.toThrow(/without an address/);
  });

  it("settings that somebody else changed meanwhile are not overwritten; unknown names are refused", async () => {
    const { version, settings } = await verbs.alertSettings();
    const changed = { ...settings, silentAfter: { a: HOUR } };
    await verbs.setAlertSettings({ version, settings: changed });
    await expect(verbs.setAlertSettings({ version, settings })).rejects.toThrow(/somebody else changed/);
    expect((await verbs.alertSettings()).settings).toEqual(changed);
    const unknown = { ...settings, silentAfter: { nobody: HOUR } };
    await expect(verbs.setAlertSettings({ version: version + 1, settings: unknown })).rejects.toThrow(
      /no source "nobody"/,
    );
    const other = { ...changed, failuresInRow: 3 };
    await verbs.setAlertSettings({ version: version + 1, settings: other });
    expect((await alerts.settings()).settings).toEqual(other);
  });
});

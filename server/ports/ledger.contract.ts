import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotFound } from "../errors";
import { HOUR } from "../observation/time";
import type { Exclusion, Window } from "../window/model";
import { Bench, type LedgerUnderTest } from "./ledger.bench.contract";
import { buildsContract, requestsContract } from "./ledger.builds.contract";

const day = Date.UTC(2024, 0, 1) * 1000;
const w = (hour: number): Window => ({
  dataset: "contract",
  start: day + hour * HOUR,
  end: day + (hour + 1) * HOUR,
});
const noon = day + 12 * HOUR;

/** Every ledger passes these: each method, the same call twice, concurrent writers, lost fences, and what a rollback leaves. */
export function ledgerContract(name: string, factory: () => Promise<LedgerUnderTest>): void {
  describe(`${name}: ledger`, () => {
    let it_: LedgerUnderTest;
    let bench: Bench;
    beforeEach(async () => {
      it_ = await factory();
      await it_.seedDataset("contract", [{ from: 0, span: HOUR, declared: "PT1H" }]);
      it_.setClock(noon);
      bench = new Bench(it_);
    });
    afterEach(() => it_.close());

    deliveries(() => bench);
    generations(() => bench);
    judgements(() => bench);
    buildsContract(
      () => bench,
      () => it_,
    );
    requestsContract(() => bench);

    it("tells the clock and the span history", async () => {
      expect(await bench.tx((tx) => it_.ledger.now(tx))).toBe(noon);
      expect(await bench.tx((tx) => it_.ledger.spans(tx, "contract"))).toEqual([
        { from: 0, span: HOUR, declared: "PT1H" },
      ]);
      await expect(bench.tx((tx) => it_.ledger.spans(tx, "nobody"))).rejects.toBeInstanceOf(NotFound);
    });

    it("leaves nothing of a transaction that failed", async () => {
      const failure = new Error("the power went");
      const half = bench.tx(async (tx) => {
        const delivery = await it_.ledger.receive(tx, bench.facts("p"), [{ window: w(10), claim: w(10) }]);
        await it_.ledger.recordGeneration(tx, delivery.id, bench.generation({ touches: [[w(10), 1]] }));
        throw failure;
      });
      await expect(half).rejects.toBe(failure);
      expect(await bench.load(w(10))).toEqual({
        window: w(10),
        touches: [],
        asked: { withdrawn: 0, rejecting: 0, rejectedRows: 0 },
        claims: [],
        exclusions: [],
        record: undefined,
      });
    });

    it("shows a window the exclusions that overlap it", async ({ skip }) => {
      if (!it_.seedExclusions) return skip();
      const exclusion = (from: number, to: number): Exclusion => ({
        id: randomUUID(),
        station: "S1",
        variable: undefined,
        box: [1, 2, 3, 4],
        time: { start: day + from * HOUR, end: day + to * HOUR },
        reason: "broken shield",
      });
      const inside = exclusion(10, 11);
      await it_.seedExclusions("contract", [exclusion(9, 10), inside, exclusion(11, 12)]);
      expect((await bench.load(w(10))).exclusions).toEqual([inside]);
    });
  });
}

function deliveries(bench: () => Bench): void {
  it("receives a payload once: the first receipt fixes facts and claim", async () => {
    const first = await bench().receive("p", { priority: 10, claims: [[w(10), w(10)]] });
    const second = await bench().receive("p", { priority: 0, collectedAt: 1, claims: [[w(11), w(11)]] });
    expect(second).toEqual(first);
    expect(first.priority).toBe(10);
    // Received is not ingested: a window that counted this claim would be complete without the rows.
    expect((await bench().load(w(10))).claims).toEqual([]);
    await bench().record(first.id, {});
    expect((await bench().load(w(10))).claims).toEqual([{ start: w(10).start, end: w(10).end }]);
    expect((await bench().load(w(11))).claims).toEqual([]);
  });

  it("keeps payloads of other ranges and other bytes apart", async () => {
    const keys = await Promise.all([
      bench().receive("p", {}),
      bench().receive("q", {}),
      bench().receive("p", { start: day }),
      bench().receive("p", { end: noon + 1 }),
    ]);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(4);
    expect(keys.every(({ key }) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });

  it("receives one payload from several writers at once as one delivery", async () => {
    const ids = await Promise.all(
      Array.from({ length: 4 }, () => bench().receive("p", { claims: [[w(10), w(10)]] })),
    );
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    await bench().record(ids[0]?.id ?? 0, {});
    expect((await bench().load(w(10))).claims).toHaveLength(1);
  });

  it("withdraws and restores: out of the touches, its claim stands", async () => {
    const delivery = await bench().ingest("p", {
      claims: [[w(10), w(10)]],
      touches: [
        [w(10), 5],
        [w(9), 1],
      ],
    });
    const windows = await bench().withdraw(delivery.key, true);
    expect(windows).toEqual([w(9), w(10)]);
    expect(await bench().withdraw(delivery.key, true)).toEqual(windows);
    const without = await bench().load(w(10));
    expect([without.touches.length, without.claims.length]).toEqual([0, 1]);
    expect(without.asked).toEqual({ withdrawn: 1, rejecting: 0, rejectedRows: 0 });
    expect((await bench().load(w(9))).asked.withdrawn).toBe(1);
    expect(await bench().withdraw(delivery.key, false)).toEqual(windows);
    const again = await bench().load(w(10));
    expect(again.touches).toHaveLength(1);
    expect(again.asked.withdrawn).toBe(0);
    await expect(bench().withdraw("0".repeat(64), true)).rejects.toBeInstanceOf(NotFound);
  });
}

function generations(bench: () => Bench): void {
  it("tells rows rejected by deliveries that claim a window, of their current generation", async () => {
    const { id } = await bench().receive("p", { claims: [[w(10), w(10)]] });
    const rejected = [{ reason: "no time", count: 3, examples: [] }];
    await bench().record(id, {
      rejected: [...rejected, { reason: "before the floor", count: 4, examples: [] }],
    });
    expect((await bench().load(w(10))).asked).toEqual({ withdrawn: 0, rejecting: 1, rejectedRows: 7 });
    await bench().record(id, { ordinal: 1 });
    expect((await bench().load(w(10))).asked).toEqual({ withdrawn: 0, rejecting: 0, rejectedRows: 0 });
  });

  it("history 1: the highest (ordinal, command id) is current in whatever order they end", async () => {
    const first = await bench().ingest("p", { touches: [[w(10), 5]] });
    const m0 = await bench().ordinal(first.key, randomUUID());
    const m1 = await bench().ordinal(first.key, randomUUID());
    expect([m0, m1]).toEqual([1, 2]);
    const later = await bench().record(first.id, { ordinal: m1, touches: [[w(11), 7]] });
    expect(later).toEqual({ current: true, windows: [w(10), w(11)] });
    const earlier = await bench().record(first.id, { ordinal: m0, touches: [[w(9), 3]] });
    expect(earlier).toMatchObject({ current: false });
    expect((await bench().load(w(11))).touches).toMatchObject([{ rows: 7 }]);
    expect((await bench().load(w(10))).touches).toEqual([]);
    expect((await bench().load(w(9))).touches).toEqual([]);
  });

  it("history 3: one delivery under two command ids has the same winner in either order", async () => {
    const [low, high] = [randomUUID(), randomUUID()].sort() as [string, string];
    for (const [payload, order] of [
      ["p", [low, high]],
      ["q", [high, low]],
    ] as const) {
      const { id } = await bench().receive(payload, {});
      for (const commandId of order) {
        await bench().record(id, { commandId: tag(commandId, payload), touches: [[w(10), 1]] });
      }
    }
    const winners = (await bench().load(w(10))).touches.map(({ generation }) => generation);
    expect(winners.sort()).toEqual([tag(high, "p"), tag(high, "q")].sort());
  });

  it("records a command once", async () => {
    const { id } = await bench().receive("p", {});
    const commandId = randomUUID();
    await bench().record(id, { commandId, touches: [[w(10), 1]] });
    await bench().record(id, { commandId, touches: [[w(10), 99]] });
    expect((await bench().load(w(10))).touches).toMatchObject([{ rows: 1, generation: commandId }]);
  });

  it("gives one ordinal per request, and different ones to requests made at once", async () => {
    const { key } = await bench().receive("p", {});
    const request = randomUUID();
    const many = await Promise.all(
      [request, request, randomUUID(), randomUUID()].map((id) => bench().ordinal(key, id)),
    );
    expect(many[0]).toBe(many[1]);
    expect([...new Set(many)].sort()).toEqual([1, 2, 3]);
    await expect(bench().ordinal("0".repeat(64), request)).rejects.toBeInstanceOf(NotFound);
  });

  it("names the windows of a command: of all its delivery's generations, and of its claim", async () => {
    const { id } = await bench().receive("p", { claims: [[w(8), w(8)]] });
    const first = randomUUID();
    await bench().record(id, { commandId: first, touches: [[w(9), 1]] });
    await bench().record(id, { ordinal: 1, touches: [[w(10), 1]] });
    const found = await bench().tx((tx) => bench().ledger.windowsOfCommand(tx, first));
    expect(found).toEqual([w(8), w(9), w(10)]);
    expect(await bench().tx((tx) => bench().ledger.windowsOfCommand(tx, randomUUID()))).toBeUndefined();
  });

  it("loses no delivery that several writers record into one window at once", async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => bench().ingestAndJudge(`p${i}`, [w(10)], [[w(10), i + 1]])),
    );
    expect((await bench().load(w(10))).touches).toHaveLength(8);
    const plan = await bench().begin(w(10));
    expect(plan?.deliveries.map(({ rows }) => rows).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
}

function judgements(bench: () => Bench): void {
  it("stores a judgement, finds the window when its time has come, and removes the row of a window that is none", async () => {
    const delivery = await bench().ingest("p", { touches: [[w(11), 5]] });
    const waiting = await bench().judge(w(11), {
      subjectToChange: 0,
      policy: { kind: "build-after", after: HOUR },
    });
    expect(waiting.need).toMatchObject({ kind: "settling" });
    expect(await bench().due(noon)).toEqual([]);
    expect(await bench().due(noon + 1)).toEqual([{ window: w(11), buildNow: false }]);
    expect((await bench().load(w(11))).record).toMatchObject({
      desiredHash: waiting.desiredHash,
      builtHash: undefined,
      output: "none",
      lastRevision: 0,
      attempts: 0,
      sealed: false,
      reprocess: "none",
    });
    await bench().withdraw(delivery.key, true);
    expect((await bench().judge(w(11))).exists).toBe(false);
    expect((await bench().load(w(11))).record).toBeUndefined();
    expect(await bench().due(noon + 100 * HOUR)).toEqual([]);
  });

  it("lists windows that may build now, oldest end first, no more than asked", async () => {
    for (const hour of [9, 7, 8]) await bench().ingestAndJudge(`p${hour}`, [w(hour)], [[w(hour), 1]]);
    const due = await bench().due(noon);
    expect(due).toEqual([7, 8, 9].map((hour) => ({ window: w(hour), buildNow: true })));
    expect(await bench().tx((tx) => bench().ledger.dueWindows(tx, noon, 1))).toHaveLength(1);
  });

  it("has windows judged later, those without a row too; a window that is none is gone after it", async () => {
    await bench().ingestAndJudge("p9", [w(9)], [[w(9), 1]]);
    const plan = await bench().mustBegin(w(9));
    await bench().commit(plan, "a");
    await bench().judge(w(9));
    expect(await bench().due(noon)).toEqual([]);
    await bench().ingest("p10", { touches: [[w(10), 1]] });
    const failed = bench().tx(async (tx) => {
      await bench().ledger.judgeLater(tx, [w(9), w(10)]);
      throw new Error("power cut");
    });
    await expect(failed).rejects.toThrow("power cut");
    expect(await bench().due(noon)).toEqual([]);
    await bench().tx((tx) => bench().ledger.judgeLater(tx, [w(9), w(10), w(11)]));
    expect(await bench().due(noon)).toEqual(
      [9, 10, 11].map((hour) => ({ window: w(hour), buildNow: false })),
    );
    for (const hour of [9, 10, 11]) await bench().judge(w(hour));
    expect(await bench().due(noon)).toEqual([{ window: w(10), buildNow: true }]);
    expect((await bench().load(w(9))).record).toMatchObject({ output: "revision", lastRevision: 1 });
    expect((await bench().load(w(11))).record).toBeUndefined();
  });

  it("lists live windows before those that ended a day ago, and lets neither hide the other, nor builds what must be judged", async () => {
    const now = w(8).end + 24 * HOUR;
    for (const hour of [6, 7, 9, 10]) await bench().ingestAndJudge(`p${hour}`, [w(hour)], [[w(hour), 1]]);
    for (const hour of [8, 11]) {
      await bench().ingest(`p${hour}`, { touches: [[w(hour), 1]] });
      await bench().judge(w(hour), { subjectToChange: 4 * HOUR, policy: { kind: "wait" } });
    }
    const due = async (limit: number) =>
      (await bench().tx((tx) => bench().ledger.dueWindows(tx, now, limit))).map(({ window, buildNow }) => [
        (window.start - w(0).start) / HOUR,
        buildNow,
      ]);
    const live = [
      [9, true],
      [10, true],
      [11, false],
    ];
    expect(await due(2)).toEqual([...live, [8, false]]);
    expect(await due(3)).toEqual([...live, [6, true], [8, false]]);
  });
}

/** A command id of its own for each payload, in the same order. */
function tag(commandId: string, payload: string): string {
  return `${commandId.slice(0, -2)}${payload === "p" ? "0a" : "0b"}`;
}

import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotFound } from "../errors";
import { HOUR, MINUTE } from "../observation/time";
import type { Exclusion, SpanRule, Window } from "../window/model";
import type { Ledger } from "./ledger";
import { Bench } from "./ledger.bench.contract";
import type { Transactions } from "./transactions";

/** What an adapter of the ledger brings to its contract suite. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly transactions: Transactions;
  /** Sets the clock that leases and fences use, µs. */
  setClock(now: number): void;
  /** Makes the dataset when it is new; replaces its span history. */
  seedDataset(name: string, rules: readonly SpanRule[]): Promise<void>;
  /** Replaces the exclusions in force; left out where the adapter's exclusions are not there yet. Ids are UUIDs. */
  seedExclusions?(dataset: string, exclusions: readonly Exclusion[]): Promise<void>;
  close(): Promise<void>;
}

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
    builds(
      () => bench,
      () => it_,
    );
    requests(() => bench);

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
    expect(await bench().withdraw(delivery.key, false)).toEqual(windows);
    expect((await bench().load(w(10))).touches).toHaveLength(1);
    await expect(bench().withdraw("0".repeat(64), true)).rejects.toBeInstanceOf(NotFound);
  });
}

function generations(bench: () => Bench): void {
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
}

function builds(bench: () => Bench, under: () => LedgerUnderTest): void {
  const ready = () => bench().ingestAndJudge("p", [w(10)], [[w(10), 5]]);

  it("plans a build from the desired set and commits its first revision", async () => {
    const delivery = await ready();
    const plan = await bench().mustBegin(w(10));
    expect(plan).toMatchObject({
      window: w(10),
      declaredSpan: "PT1H",
      complete: true,
      coverageShare: 1,
      current: undefined,
      lastRevision: 0,
      requests: [],
      deliveries: [{ key: delivery.key, rows: 5, priority: 0, mapHash: expect.any(String) }],
    });
    const commit = await bench().commit(plan, "aa");
    expect(commit).toMatchObject({
      kind: "committed",
      changed: true,
      publish: true,
      revision: {
        revision: 1,
        publications: 0,
        sha256: "aa",
        output: "revision",
        desiredHash: plan.desiredHash,
      },
    });
    expect((await bench().judge(w(10))).state).toBe("built");
    expect(await bench().due(noon)).toEqual([]);
  });

  it("lets one builder in: two that begin at once, and none while a lease lives", async () => {
    await ready();
    const plans = await Promise.all([bench().begin(w(10)), bench().begin(w(10))]);
    expect(plans.filter((plan) => plan !== undefined)).toHaveLength(1);
    await bench().judge(w(10));
    expect(await bench().begin(w(10))).toBeUndefined();
  });

  it("renews a lease; after it ended another takes over, and the first has lost", async () => {
    await ready();
    const first = await bench().mustBegin(w(10), MINUTE);
    under().setClock(noon + MINUTE / 2);
    expect(await bench().renew(first, MINUTE)).toBe(true);
    under().setClock(noon + MINUTE);
    expect((await bench().judge(w(10))).state).toBe("building");
    under().setClock(noon + 2 * MINUTE);
    const second = await bench().mustBegin(w(10));
    expect(second.token).toBeGreaterThan(first.token);
    expect(await bench().renew(first, MINUTE)).toBe(false);
    expect(await bench().commit(first, "old")).toEqual({ kind: "lost" });
    expect(await bench().commit(second, "new")).toMatchObject({ revision: { revision: 1, sha256: "new" } });
    expect(await bench().commit(second, "twice")).toEqual({ kind: "lost" });
  });

  it("never gives a token twice, not even when the window's row vanished in between", async () => {
    const first = await bench().ingest("p", { touches: [[w(10), 1]] });
    await bench().judge(w(10), { subjectToChange: 0, policy: { kind: "build-after", after: 0 } });
    const old = await bench().mustBegin(w(10), MINUTE);
    await bench().withdraw(first.key, true);
    under().setClock(noon + HOUR);
    expect((await bench().judge(w(10))).exists).toBe(false);
    await bench().ingestAndJudge("q", [w(10)], [[w(10), 2]]);
    const next = await bench().mustBegin(w(10));
    expect(next.token).not.toBe(old.token);
    expect(await bench().commit(old, "of the withdrawn delivery")).toEqual({ kind: "lost" });
  });

  it("starts a new quiet time with every build: a change during one is the first change of the next", async () => {
    await ready();
    await bench().commit(await bench().mustBegin(w(10)), "aa");
    await bench().ingestAndJudge("q", [], [[w(10), 1]]);
    under().setClock(noon + MINUTE);
    const plan = await bench().mustBegin(w(10), 5 * MINUTE);
    under().setClock(noon + 2 * MINUTE);
    await bench().ingestAndJudge("r", [], [[w(10), 1]]);
    await bench().commit(plan, "bb");
    const record = (await bench().load(w(10))).record;
    expect([record?.firstChange, record?.lastChange]).toEqual([noon + 2 * MINUTE, noon + 2 * MINUTE]);
    const judgement = await bench().judge(w(10));
    expect(judgement.need).toEqual({ kind: "due", quietUntil: noon + 3 * MINUTE });
    expect(judgement.stale).toBe(true);
  });

  it("counts failures, and forgets them at a success", async () => {
    await ready();
    for (const attempts of [1, 2]) {
      const failed = await bench().fail(await bench().mustBegin(w(10)), "the disk is full", noon);
      expect(failed).toEqual({ kind: "failed" });
      expect((await bench().load(w(10))).record).toMatchObject({
        attempts,
        error: "the disk is full",
        retryAt: noon,
        leaseUntil: undefined,
      });
    }
    await bench().commit(await bench().mustBegin(w(10)), "aa");
    expect((await bench().load(w(10))).record).toMatchObject({
      attempts: 0,
      error: undefined,
      retryAt: undefined,
    });
  });

  it("a failure finds its window again when its retry is due", async () => {
    await ready();
    await bench().fail(await bench().mustBegin(w(10)), "the disk is full", noon + HOUR);
    await bench().judge(w(10));
    expect(await bench().due(noon + HOUR - 1)).toEqual([]);
    expect(await bench().due(noon + HOUR)).toHaveLength(1);
  });

  it("same bytes: verified, unchanged, no event; what it was built from is recorded", async () => {
    await ready();
    await bench().commit(await bench().mustBegin(w(10)), "aa");
    await bench().ingestAndJudge("q", [], [[w(10), 1]]);
    under().setClock(noon + HOUR);
    const plan = await bench().mustBegin(w(10));
    expect(plan.current).toMatchObject({ revision: 1, sha256: "aa", publications: 1 });
    const commit = await bench().commit(plan, "aa");
    expect(commit).toMatchObject({
      kind: "committed",
      changed: false,
      publish: false,
      revision: { revision: 1 },
    });
    expect(await bench().judge(w(10))).toMatchObject({ state: "built", stale: false });
    expect((await bench().load(w(10))).record).toMatchObject({
      builtHash: plan.desiredHash,
      lastRevision: 1,
    });
  });

  it("history 8: revision 1, withdrawn: empty takes number 2, another delivery 3; no number twice", async () => {
    const delivery = await ready();
    const steps: unknown[] = [await bench().commit(await bench().mustBegin(w(10)), "aa")];
    await bench().withdraw(delivery.key, true);
    await bench().judge(w(10));
    under().setClock(noon + HOUR);
    steps.push(await bench().commit(await bench().mustBegin(w(10)), undefined));
    expect((await bench().judge(w(10))).state).toBe("empty");
    await bench().ingestAndJudge("q", [], [[w(10), 1]]);
    under().setClock(noon + 2 * HOUR);
    const plan = await bench().mustBegin(w(10));
    expect(plan.current).toMatchObject({ revision: 2, output: "empty" });
    steps.push(await bench().commit(plan, "aa"));
    expect(steps).toMatchObject([
      { publish: true, revision: { revision: 1, output: "revision" } },
      { publish: false, changed: true, revision: { revision: 2, output: "empty", fileKey: undefined } },
      { publish: true, revision: { revision: 3, output: "revision", publications: 0 } },
    ]);
  });
}

function requests(bench: () => Bench): void {
  const built = async () => {
    await bench().ingestAndJudge("p", [w(10)], [[w(10), 5]]);
    await bench().commit(await bench().mustBegin(w(10)), "aa");
    await bench().judge(w(10));
  };

  it("reprocess: the same key twice is one request, served once, published again with the next ordinal", async () => {
    await built();
    await bench().reprocess(w(10), "click", false);
    await bench().reprocess(w(10), "click", false);
    expect((await bench().load(w(10))).record?.reprocess).toBe("asked");
    await bench().judge(w(10));
    const plan = await bench().mustBegin(w(10));
    expect(plan.requests).toEqual(["click"]);
    expect(await bench().commit(plan, "aa")).toMatchObject({
      changed: false,
      publish: true,
      revision: { revision: 1, publications: 1 },
    });
    expect((await bench().load(w(10))).record?.reprocess).toBe("none");
    expect((await bench().judge(w(10))).need.kind).toBe("none");
  });

  it("a request that comes while a build runs is served by the next one", async () => {
    await built();
    await bench().reprocess(w(10), "first", false);
    await bench().judge(w(10));
    const plan = await bench().mustBegin(w(10));
    await bench().reprocess(w(10), "second", true);
    await bench().judge(w(10));
    await bench().commit(plan, "aa");
    expect((await bench().load(w(10))).record?.reprocess).toBe("forced");
    expect((await bench().judge(w(10))).buildNow).toBe(true);
  });

  it("history 17: a lost build leaves the request; a failed one too", async () => {
    await built();
    await bench().reprocess(w(10), "click", false);
    await bench().judge(w(10));
    await bench().fail(await bench().mustBegin(w(10)), "killed", noon);
    expect((await bench().load(w(10))).record?.reprocess).toBe("asked");
  });

  it("a person's request ends the back-off of earlier failures", async () => {
    await bench().ingestAndJudge("p", [w(10)], [[w(10), 5]]);
    await bench().fail(await bench().mustBegin(w(10)), "the disk is full", noon + HOUR);
    expect((await bench().judge(w(10))).buildNow).toBe(false);
    await bench().reprocess(w(10), "click", false);
    expect((await bench().judge(w(10))).buildNow).toBe(true);
  });
}

/** A command id of its own for each payload, in the same order. */
function tag(commandId: string, payload: string): string {
  return `${commandId.slice(0, -2)}${payload === "p" ? "0a" : "0b"}`;
}

import { expect, it } from "vitest";
import { HOUR, MINUTE } from "../observation/time";
import type { Window } from "../window/model";
import type { Bench, LedgerUnderTest } from "./ledger.bench.contract";

const day = Date.UTC(2024, 0, 1) * 1000;
const noon = day + 12 * HOUR;
const w = (hour: number): Window => ({
  dataset: "contract",
  start: day + hour * HOUR,
  end: day + (hour + 1) * HOUR,
});

/** Tokens, leases, revisions, failures. */
export function buildsContract(bench: () => Bench, under: () => LedgerUnderTest): void {
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
      gaps: [],
      deliveries: [
        {
          key: delivery.key,
          rows: 5,
          stations: 1,
          priority: 0,
          mapHash: expect.any(String),
          mapVersion: 1,
          payloadSha256: delivery.payloadSha256,
          interval: { start: delivery.start, end: delivery.end },
          claim: { start: w(10).start, end: w(10).end },
          receivedAt: expect.any(Number),
          ingestedAt: expect.any(Number),
        },
      ],
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

  it("a failure counts for the set that was built, not for one that came meanwhile", async () => {
    await ready();
    await bench().fail(await bench().mustBegin(w(10)), "the disk is full", noon);
    await bench().judge(w(10));
    const plan = await bench().mustBegin(w(10));
    await bench().ingestAndJudge("q", [], [[w(10), 1]]);
    await bench().fail(plan, "the disk is full", noon + HOUR);
    const judgement = await bench().judge(w(10));
    expect([judgement.attempts, judgement.error, judgement.retryAt]).toEqual([0, undefined, undefined]);
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

  it("follows a coverage that changed alone: no build, no revision, no event", async () => {
    const half = { start: w(10).start, end: w(10).start + HOUR / 2 };
    await bench().ingest("p", { claims: [[w(10), half]], touches: [[w(10), 5]] });
    await bench().commit(await bench().mustBegin(w(10)), "aa");
    await bench().judge(w(10));
    expect(await bench().due(noon)).toEqual([]);
    await bench().ingestAndJudge("silent", [w(10)], []);
    expect(await bench().due(noon)).toEqual([{ window: w(10), buildNow: true }]);
    expect(await bench().begin(w(10))).toBeUndefined();
    const change = await bench().coverageChange(w(10));
    expect(change).toEqual({
      window: w(10),
      revision: 1,
      fileKey: "aa.parquet",
      manifestKey: "aa.parquet.json",
      coverage: { share: 1, complete: true, gaps: [] },
    });
    await bench().followCoverage(change, "other.json");
    await bench().followCoverage(change, "too late, the manifest is another.json");
    expect(await bench().judge(w(10))).toMatchObject({ state: "built", stale: false });
    expect(await bench().due(noon)).toEqual([]);
    await bench().reprocess(w(10), "click", false);
    expect((await bench().mustBegin(w(10))).current).toMatchObject({
      revision: 1,
      publications: 1,
      coverageShare: 1,
      complete: true,
      manifestKey: "other.json",
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

/** What a person asks for. */
export function requestsContract(bench: () => Bench): void {
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

import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, parseInstant } from "../server/observation/time";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { isQuiet, isQuietAtOnce, openTestLine, type TestLine } from "./line.testing";

describe("retention on a running line", () => {
  let line: TestLine;
  const { ask, json } = commandsOn(() => line);
  const start = parseInstant("2026-03-02T00:00:00Z") ?? 0;
  const window = () => line.runtime.views.window("ioncannon", start);

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
    await json(
      "source",
      "run",
      "ioncannon",
      "--from",
      "2026-03-02T00:00:00Z",
      "--to",
      "2026-03-02T01:00:00Z",
    );
    const built = async () =>
      (await line.runtime.views.windows({ states: ["built"], limit: 9 })).items.length === 1;
    await line.until(built, "the window");
    const delivery = (await window()).deliveryList[0]?.key ?? "";
    await line.runtime.verbs.withdrawDelivery({ key: delivery });
    // A person's request ends the quiet time.
    await json("window", "rebuild", "ioncannon", "2026-03-02T00:00:00Z");
    await line.until(
      async () => (await window()).revision === 2 && (await isQuiet(line)),
      "the empty revision",
    );
    await line.db.execute(
      undefined,
      "UPDATE revision SET superseded_at = superseded_at - interval '40 days' WHERE superseded_at IS NOT NULL",
    );
  });
  afterAll(() => line.close());

  const revisions = (answer: readonly { kind: string }[]) => answer.find(({ kind }) => kind === "revisions");

  it("is off; a dry run says what would go and takes nothing", async () => {
    const [first] = (await window()).revisions.filter(({ current }) => !current);
    expect(revisions(await json("dataset", "retention", "ioncannon"))).toMatchObject({
      keep: "for-ever",
      means: "superseded revisions are kept for ever",
      things: 0,
    });
    const asIf = ["dataset", "retention", "ioncannon", "--keep-revisions", "P30D"];
    expect(revisions(await json(...asIf))).toMatchObject({
      keep: "P30D",
      inForce: false,
      things: 1,
      bytes: first?.bytes,
      from: "2026-03-02T00:00:00Z",
      to: "2026-03-02T01:00:00Z",
      lastRemoved: 0,
    });
    expect((await ask(...asIf)).out).toContain("deleted 30 days after they were superseded");
    expect(await line.runtime.files.exists(first?.fileKey ?? "")).toBe(true);
    expect((await ask("dataset", "set", "ioncannon", "--keep-revisions", "soon")).err).toContain(
      "write P30D",
    );
  });

  it("switched on, takes it in the background, counts it, and says it in the audit", async () => {
    const [first] = (await window()).revisions.filter(({ current }) => !current);
    expect(await json("dataset", "set", "ioncannon", "--keep-revisions", "P30D")).toMatchObject({
      keepRevisions: "P30D",
      changed: true,
    });
    const gone = async () => !(await line.runtime.files.exists(first?.fileKey ?? ""));
    await line.until(gone, "the file to go");
    const noted = async () =>
      (await line.runtime.retentionRuns.of("ioncannon")).some(({ totalRemoved }) => totalRemoved === 1);
    await line.until(noted, "the count");
    expect(revisions(await json("dataset", "retention", "ioncannon"))).toMatchObject({
      inForce: true,
      things: 0,
      lastRemoved: 1,
      lastBytes: first?.bytes,
      error: null,
    });
    const after = (await window()).revisions.find(({ revision }) => revision === first?.revision);
    expect(after).toMatchObject({ rows: first?.rows, fileKey: first?.fileKey });
    expect(after?.removedAt).toBeGreaterThan(0);
    const audit = await line.db.rows<{ subject: string; after: object }>(
      undefined,
      "SELECT subject, after FROM audit WHERE what = 'retention removed'",
    );
    expect(audit).toMatchObject([{ subject: "ioncannon", after: { kind: "revisions", removed: 1 } }]);
    expect(await json("dataset", "set", "ioncannon", "--keep-revisions", "for-ever")).toMatchObject({
      keepRevisions: "for-ever",
    });
  });

  it("says which points would go after export, takes them when that is switched on, and counts them", async () => {
    const exported = async (...words: string[]) =>
      (await json("dataset", "retention", "ioncannon", ...words)).find(
        ({ kind }: { kind: string }) => kind === "export",
      );
    expect(await exported()).toBeUndefined();
    await json(
      "source",
      "run",
      "ioncannon",
      "--from",
      "2026-03-02T01:00:00Z",
      "--to",
      "2026-03-02T02:00:00Z",
    );
    const second = () => line.runtime.views.window("ioncannon", start + HOUR);
    const built = async () => (await second().catch(() => undefined))?.state === "built" && isQuiet(line);
    await line.until(built, "the second window");
    const dryRun = await exported("--delete-after-export", "on");
    expect(dryRun).toMatchObject({
      inForce: false,
      things: 1,
      from: expect.stringMatching(/^2026-03-02T01:/),
      to: expect.stringMatching(/^2026-03-02T01:/),
      passedOver: [{ things: 1, reason: "withdrawn: they come back when it is restored" }],
      lastRemoved: 0,
    });
    expect(dryRun.rows).toBe((await second()).deliveryList[0]?.rows);
    expect(dryRun.bytes).toBeGreaterThan(1000);
    await json("dataset", "set", "ioncannon", "--delete-after-export", "on");
    const counted = async () => (await exported()).lastRemoved === 1;
    await line.until(counted, "the points to go");
    // Points may have been put together with others since: in bytes it is about as much.
    expect(await exported()).toMatchObject({ inForce: true, things: 0, totalRemoved: 1 });
    expect((await exported()).lastBytes).toBeGreaterThan(1000);
    const asIf = ["--subject-to-change", "P366D"];
    expect(await exported(...asIf)).toMatchObject({ things: 0 });
  });

  it("restores points from the payload that was received and from no other", async () => {
    const before = await line.runtime.views.window("ioncannon", start + HOUR);
    const [delivery] = before.deliveryList;
    const [{ payload_key: key = "" } = {}] = await line.db.rows<{ payload_key: string }>(
      undefined,
      "SELECT payload_key FROM delivery WHERE key = $1",
      delivery?.key ?? "",
    );
    const payload = line.runtime.files.location(key);
    const right = await readFile(payload);
    const wrong = Buffer.from(right);
    wrong.writeUInt8(wrong.readUInt8(40) ^ 1, 40);
    await writeFile(payload, wrong);
    await json(
      "source",
      "run",
      "ioncannon",
      "--from",
      "2026-03-02T01:10:00Z",
      "--to",
      "2026-03-02T01:20:00Z",
    );
    const reason = async () => (await line.runtime.views.window("ioncannon", start + HOUR)).reason;
    await line.until(async () => /its bytes have changed/.test((await reason()) ?? ""), "the fault in words");
    expect(await line.runtime.views.window("ioncannon", start + HOUR)).toMatchObject({
      revision: before.revision,
    });
    // No window of the dataset is built now; its newest file is there all the same.
    expect((await line.runtime.views.dataset("ioncannon")).latest).toMatchObject({
      start: start + HOUR,
      state: expect.not.stringMatching(/^built$/),
    });
    await writeFile(payload, right);
    // The generator's rows are the same ones once more: the window is built from both deliveries.
    const built = async () => (await isQuietAtOnce(line)) && /from 2 deliveries/.test((await reason()) ?? "");
    await line.until(built, "the window with its late rows");
    expect(await line.runtime.views.window("ioncannon", start + HOUR)).toMatchObject({
      state: "built",
      rows: before.rows,
    });
    await json("dataset", "set", "ioncannon", "--delete-after-export", "off");
  });

  it("measures the disk, and says which files belong to nothing", async () => {
    // A walk may have begun before there was a payload; the next one comes half a minute later.
    const measured = async () =>
      (await line.runtime.storedFiles.diskUse()).some(({ kind }) => kind === "payloads");
    await line.until(measured, "a walk that meets payloads");
    const uses: { dataset: string; source: string; kind: string; bytes: number }[] = await json("disk");
    const payloads = uses.find(({ kind, source }) => kind === "payloads" && source === "ioncannon");
    expect(payloads).toMatchObject({ dataset: "ioncannon" });
    expect(payloads?.bytes).toBeGreaterThan(1000);
    expect(await json("sweep", "--dry-run")).toMatchObject({ things: 0, first: [] });
    expect((await ask("sweep")).err).toContain("--dry-run");
  });
});

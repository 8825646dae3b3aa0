import { describe, expect, it } from "vitest";
import { Denied } from "../errors";
import { HOUR, MINUTE } from "../observation/time";
import { at, row, Scene, WAIT } from "./fixtures/scene";

const AT_ONCE = { kind: "build-after", after: 0 } as const;
const KINDS = ["points", "payloads"] as const;

const stays = (why: RegExp) => expect.stringMatching(why);

/** A window of 10:00 built from one delivery, days later. */
async function builtOnce() {
  const scene = await Scene.open();
  const n = await scene.comes("10:00", "11:00", [row("10:10", "S1", 1), row("10:20", "S2", 2)]);
  expect(await scene.builds()).toEqual(["10:00"]);
  return { scene, n, rows: await scene.rows("10:00") };
}

/** The same, without points and payload. */
async function sealedOnce(order: readonly ("points" | "payloads")[] = KINDS) {
  const built = await builtOnce();
  for (const kind of order) expect(await built.scene.deletes(kind)).toEqual(["goes"]);
  return built;
}

describe("histories that delete", () => {
  it("history 5: delete after export, 16 deliveries over two windows each, one late row: one restore a delivery needed, one build, no cascade", async () => {
    const scene = await Scene.open({ policy: AT_ONCE });
    const hour = (i: number) => `${String(i).padStart(2, "0")}:00`;
    for (let i = 0; i < 16; i++)
      await scene.comes(hour(i), hour(i + 1), [
        row(hour(i).replace(":00", ":10")),
        row(hour(i + 1).replace(":00", ":10"), `D${i}`),
      ]);
    expect(await scene.builds()).toHaveLength(17);
    expect(await scene.deletes("export")).toEqual(Array(16).fill("goes"));
    await scene.comes("00:00", "00:00", [row("00:30", "late")]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["00:00"]);
    expect(scene.restored()).toEqual([0]);
    expect((await scene.rows("00:00")).map(({ identity }) => identity)).toEqual(["S1", "late"]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual([]);
    expect(await scene.deletes("export")).toEqual(["goes", ...Array(15).fill("has none"), "goes"]);
    await scene.comes("05:00", "05:00", [row("05:30", "late")]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["05:00"]);
    expect(scene.restored()).toEqual([0, 4, 5]);
  });

  it("history 6: ingested again under m2, its points deleted, then a late row: the old rows come back by the map of their generation", async () => {
    const { scene, n } = await builtOnce();
    await scene.history.again(n, 2, true);
    await scene.errands();
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.deletes("points")).toEqual(["goes"]);
    await scene.comes("10:30", "11:00", [row("10:40", "S3", 3)]);
    scene.passes(HOUR);
    expect((await scene.shown("10:00")).reason).toBe(
      "waits for the points of 1 delivery to be restored from the payload",
    );
    expect(await scene.builds()).toEqual(["10:00"]);
    expect((await scene.rows("10:00")).map(({ a }) => a)).toEqual([101, 102, 3]);
    expect(scene.restored()).toEqual([n]);
  });

  it("history 11: a build pauses past its lease; points are deleted meanwhile; it wakes: refused, nothing built from a remnant", async () => {
    const { scene, rows } = await builtOnce();
    const late = await scene.comes("10:30", "11:00", [row("10:40", "S3", 3)]);
    scene.passes(2 * MINUTE);
    await scene.history.look(0, 0);
    expect(await scene.state("10:00")).toBe("building, stale");
    await scene.history.withdraw(late, true);
    expect(await scene.deletes("points")).toEqual([stays(/being built/), stays(/withdrawn/)]);
    scene.passes(6 * MINUTE);
    expect(await scene.deletes("points")).toEqual(["goes", stays(/withdrawn/)]);
    await scene.history.finish(0, "commit");
    expect(scene.built().at(-1)).toBe("10:00 lost");
    expect(await scene.rows("10:00")).toEqual(rows);
    expect(await scene.state("10:00")).toBe("built");
  });

  it("history 12: built, withdrawn, empty, retention runs, restored: the rows come back", async () => {
    const { scene, n, rows } = await builtOnce();
    await scene.history.withdraw(n, true);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00 empty"]);
    for (const kind of KINDS) expect(await scene.deletes(kind)).toEqual([stays(/withdrawn/)]);
    await scene.history.withdraw(n, false);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toEqual(rows);
  });

  it.each([
    ["points, then payload", KINDS],
    ["payload, then points", KINDS.toReversed()],
  ])(
    "history 13: sealed with A (%s); late B; withdraw A: refused with the reason, A's file stays",
    async (_name, order) => {
      const { scene, n, rows } = await sealedOnce(order);
      expect(await scene.shown("10:00")).toMatchObject({
        state: "built",
        stale: false,
        reason: expect.stringMatching(/; sealed: /),
      });
      const b = await scene.comes("10:30", "11:00", [row("10:40", "B", 3)]);
      scene.passes(HOUR);
      expect(await scene.builds()).toEqual([]);
      expect(await scene.shown("10:00")).toMatchObject({
        state: "too-late",
        stale: true,
        reason: expect.stringMatching(/too late.*not built from what is left/),
      });
      for (const [delivery, withdrawn] of [
        [n, true],
        [n, false],
        [b, true],
      ] as const) {
        const asked = scene.withdraws(delivery, withdrawn);
        await expect(asked).rejects.toThrow(Denied);
        await expect(asked).rejects.toThrow(/cannot be (withdrawn|restored): .* is sealed/);
      }
      await expect(scene.asksAgain(b)).rejects.toThrow(/cannot be ingested again: .* is sealed/);
      await expect(scene.asksAgain(n)).rejects.toThrow(/its payload is deleted/);
      expect(await scene.touching("10:00")).toBe(2);
      expect(await scene.rows("10:00")).toEqual(rows);
      // What came too late is kept: nothing of it goes.
      for (const kind of KINDS) expect((await scene.deletes(kind))[1]).toMatch(/owed a build/);
    },
  );

  it("history 18: delete after export; restored points; the deleter runs before the build reads: not deleted while owed", async () => {
    const { scene } = await builtOnce();
    expect(await scene.deletes("export")).toEqual(["goes"]);
    await scene.comes("10:30", "11:00", [row("10:40", "S3", 3)]);
    scene.passes(HOUR);
    await scene.history.look(0, 0);
    await scene.history.restore(undefined);
    expect(scene.restored()).toEqual([0]);
    expect(await scene.deletes("export")).toEqual([stays(/owed a build/), stays(/owed a build/)]);
    await scene.history.look(0, 0);
    expect(await scene.deletes("export")).toEqual([stays(/being built/), stays(/being built/)]);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toHaveLength(3);
    expect(await scene.deletes("export")).toEqual(["goes", "goes"]);
  });

  it("a sealed window is published once more when somebody asks, and not built", async () => {
    const { scene, rows } = await sealedOnce();
    await scene.history.reprocess(0, true);
    expect(await scene.builds()).toEqual(["10:00 verified"]);
    expect([scene.published(), scene.revisions("10:00"), scene.restored()]).toEqual([2, [1], []]);
    expect(await scene.rows("10:00")).toEqual(rows);
    expect(await scene.state("10:00")).toBe("built");
  });

  it.each(["points", "payloads", "export"] as const)(
    "%s of a delivery stay while a window of it waits, or its rows are not settled",
    async (kind) => {
      const scene = await Scene.open();
      await scene.comes("10:00", "11:30", [row("10:10"), row("11:10")]);
      expect(await scene.builds()).toEqual(["10:00"]);
      expect(await scene.deletes(kind)).toEqual([stays(/waits for missing deliveries/)]);
      await scene.comes("11:30", "12:00");
      expect(await scene.deletes(kind)).toEqual([stays(/owed a build/), stays(/owed a build/)]);
      expect(await scene.builds()).toEqual(["11:00"]);
      await scene.history.set({ subjectToChange: 1000 * HOUR, policy: WAIT });
      const answer = kind === "export" ? stays(/may still change/) : "goes";
      expect(await scene.deletes(kind)).toEqual([answer, answer]);
    },
  );

  it("an empty answer that a waiting window counts on keeps its payload, but has no points in it", async () => {
    const scene = await Scene.open();
    await scene.comes("10:00", "10:30", []);
    expect(await scene.state("10:00")).toBe("waiting");
    expect(await scene.deletes("payloads")).toEqual([stays(/waits for missing deliveries/)]);
    expect(await scene.deletes("points")).toEqual(["goes"]);
  });

  it("where rows are excluded, nothing goes by age; after export points do, since their payload stays", async () => {
    const { scene, rows } = await builtOnce();
    const time = { start: at("10:15"), end: at("10:25") };
    const id = "00000000-0000-4000-8000-000000000001";
    await scene.history.exclude([
      { id, station: "S2", variable: undefined, box: undefined, time, reason: "broken" },
    ]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    for (const kind of KINDS) expect(await scene.deletes(kind)).toEqual([stays(/excluded rows/)]);
    expect(await scene.deletes("export")).toEqual(["goes"]);
    await scene.history.exclude([]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toEqual(rows);
  });

  it("a payload that comes again after it was deleted is there again, and its points can be restored", async () => {
    const { scene, n } = await builtOnce();
    expect(await scene.deletes("payloads")).toEqual(["goes"]);
    await scene.history.again(n, 0, false);
    await scene.errands();
    scene.passes(HOUR);
    await scene.builds();
    expect(await scene.deletes("points")).toEqual(["goes"]);
    await scene.comes("10:30", "11:00", [row("10:40", "S3", 3)]);
    scene.passes(HOUR);
    expect(await scene.builds()).toEqual(["10:00"]);
    expect(await scene.rows("10:00")).toHaveLength(3);
  });
});

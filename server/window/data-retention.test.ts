import { describe, expect, it } from "vitest";
import { HOUR } from "../observation/time";
import { dataRetention } from "./data-retention";
import { row, Scene } from "./fixtures/scene";

const running = new AbortController().signal;

/** Three deliveries, an hour of receipt apart; the window of the last one waits. */
async function threeReceived() {
  const scene = await Scene.open();
  const first = scene.history.now;
  await scene.comes("10:00", "11:00");
  scene.passes(HOUR);
  await scene.comes("11:00", "12:00", [row("11:10"), row("11:20")]);
  scene.passes(HOUR);
  await scene.comes("12:00", "12:30", [row("12:10")]);
  await scene.builds();
  const { life, ledger, transactions } = scene.world;
  const removed: string[] = [];
  const retention = dataRetention({
    life,
    ledger,
    transactions,
    timeSeries: { remove: (refs) => scene.world.removeRows(refs), bytes: async (refs) => refs.length * 10 },
    files: {
      remove: async (key) => {
        removed.push(key);
      },
    },
    failPoint: () => undefined,
  });
  return { scene, first, retention, removed };
}

describe("retention of points and payloads", () => {
  it("counts from receipt, says what would go and what stays and why, and changes nothing by it", async () => {
    const { scene, first, retention } = await threeReceived();
    const waits = [{ reason: "a window of it waits for missing deliveries", things: 1 }];
    for (let i = 0; i < 2; i++) {
      expect(await retention.preview("history", "points", first)).toMatchObject({
        things: 0,
        passedOver: [],
      });
      expect(await retention.preview("history", "points", first + 1)).toMatchObject({ things: 1, rows: 60 });
      expect(await retention.preview("history", "points", scene.history.now + 1)).toEqual({
        kind: "points",
        things: 2,
        rows: 62,
        bytes: 20,
        passedOver: waits,
      });
      expect(await retention.preview("history", "payloads", scene.history.now + 1)).toMatchObject({
        things: 2,
        bytes: 2,
        passedOver: waits,
      });
    }
    expect(await scene.deletes("points")).toEqual(["goes", "goes", waits[0]?.reason]);
  });

  it("removes what may go, files included, and nothing a second time; another dataset's is not touched", async () => {
    const { scene, retention, removed } = await threeReceived();
    const remove = (kind: "points" | "payloads", dataset = "history") =>
      retention.remove(dataset, kind, scene.history.now + 1, 100, running);
    expect(await remove("payloads", "other")).toEqual({ removed: 0, bytes: 0, more: false });
    // A byte each.
    expect(await remove("payloads")).toEqual({ removed: 2, bytes: 2, more: false });
    expect(removed).toHaveLength(2);
    expect(await remove("payloads")).toEqual({ removed: 0, bytes: 0, more: false });
    expect(await remove("points")).toMatchObject({ removed: 2, more: false });
    expect((await scene.shown("10:00")).reason).toMatch(/sealed/);
    expect(await scene.state("12:00")).toBe("waiting");
    expect(await retention.preview("history", "points", scene.history.now + 1)).toMatchObject({ things: 0 });
  });

  it("stops at its limit and says that there is more; what stays is not in its way", async () => {
    const scene = await Scene.open();
    const { life, ledger, transactions } = scene.world;
    // Forty that stay come first: more than are decided on at once.
    for (let i = 0; i < 40; i++) await scene.comes("09:00", "09:30", [row("09:10", `S${i}`)]);
    for (let i = 0; i < 40; i++) await scene.comes("10:00", "11:00", [row("10:10", `S${i}`)]);
    scene.passes(HOUR);
    await scene.builds();
    const retention = dataRetention({
      life,
      ledger,
      transactions,
      timeSeries: { remove: (refs) => scene.world.removeRows(refs), bytes: async () => 0 },
      files: { remove: async () => undefined },
      failPoint: () => undefined,
    });
    const remove = () => retention.remove("history", "points", scene.history.now + 1, 10, running);
    expect(await remove()).toMatchObject({ removed: 24, more: true });
    expect(await remove()).toMatchObject({ removed: 16, more: false });
  });
});

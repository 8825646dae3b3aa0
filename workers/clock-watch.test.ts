import { expect, it } from "vitest";
import type { Log } from "../server/ports/log";
import { ClockWatch } from "./clock-watch";

const silent: Log = { info() {}, warn() {}, error() {}, with: () => silent };
const HOUR = 3_600_000_000;

it("notices a clock that was set, once, and nothing else", async () => {
  let now = 1e15;
  let uptime = 5;
  let away = false;
  const followed: number[] = [];
  const watch = new ClockWatch({
    now: async () => now,
    uptime: () => uptime,
    followClock: async (step) => {
      if (away) throw new Error("away");
      followed.push(step);
    },
    log: silent,
  });
  const pass = (seconds: number, set = 0) => {
    uptime += seconds * 1000;
    now += seconds * 1e6 + set;
    return watch.look();
  };
  await watch.look();
  expect(await pass(2)).toBe(0);
  expect(await pass(3_600)).toBe(0);
  expect(await pass(2, 5e6), "a busy machine").toBe(0);
  expect(await pass(2, HOUR)).toBe(HOUR);
  expect(await pass(2)).toBe(0);
  away = true;
  await expect(pass(2, -HOUR)).rejects.toThrow("away");
  away = false;
  expect(await pass(2), "found again").toBe(-HOUR);
  expect(followed).toEqual([HOUR, -HOUR]);
});

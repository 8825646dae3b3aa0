import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../../../server/observation/time";
import { packBars, standingOf } from "./pack-bars";

const window = { start: 10 * HOUR, end: 11 * HOUR };
const minutes = (from: number, to: number) => ({
  start: window.start + from * MINUTE,
  end: window.start + to * MINUTE,
});
const delivery = (change: object = {}) => ({
  claim: window,
  withdrawn: false,
  late: false,
  inRevision: true,
  receivedAt: 11 * HOUR,
  ...change,
});

describe("deliveries as bars", () => {
  it("few have a lane each, in their order; a claim is cut at the window's ends", () => {
    const wide = delivery({ claim: minutes(-30, 90), late: true });
    const { lanes, undrawn } = packBars(window, [wide, delivery({ claim: minutes(0, 10) })]);
    expect(lanes.map(({ standing, bars }) => [standing, bars.map(({ span }) => span)])).toEqual([
      ["late", [window]],
      ["on time", [minutes(0, 10)]],
    ]);
    expect(undrawn).toBe(0);
  });

  it("what claims nothing stands where its rows lie, as far as that is known", () => {
    const { lanes } = packBars(window, [
      delivery({ claim: undefined, observed: minutes(-60, 20) }),
      delivery({ claim: undefined, observed: minutes(5, 5) }),
      delivery({ claim: undefined }),
      delivery({ claim: minutes(60, 70) }),
    ]);
    const [first, second, third, ...rest] = lanes.map(({ bars }) => bars[0]);
    expect(first).toMatchObject({ claimed: false, span: { ...minutes(0, 20), end: minutes(0, 20).end + 1 } });
    expect(second?.span).toEqual({ start: minutes(5, 5).start, end: minutes(5, 5).start + 1 });
    expect(third?.span).toEqual(window);
    expect(rest).toEqual([]);
  });

  it("many share lanes where they do not overlap, and those of another standing have lanes of their own", () => {
    const slices = Array.from({ length: 60 }, (_, n) => delivery({ claim: minutes(n, n + 1) }));
    const { lanes } = packBars(window, [
      ...slices,
      delivery({ late: true }),
      delivery({ withdrawn: true, late: true }),
    ]);
    expect(lanes.map(({ standing, bars }) => [standing, bars.length])).toEqual([
      ["on time", 60],
      ["late", 1],
      ["withdrawn", 1],
    ]);
  });

  it("no more than eight lanes of a standing: the rest is counted", () => {
    const { lanes, undrawn } = packBars(
      window,
      Array.from({ length: 348 }, () => delivery()),
    );
    expect([lanes.length, undrawn]).toEqual([8, 340]);
  });
});

it.each([
  ["on time", {}, undefined],
  ["late", { late: true }, undefined],
  ["late", { late: true, inRevision: false }, 12 * HOUR],
  ["too late", { late: true, inRevision: false }, 10 * HOUR],
  ["late", { late: true, inRevision: true }, 10 * HOUR],
  ["withdrawn", { late: true, withdrawn: true }, 10 * HOUR],
])("%s: %j, sealed at %s", (standing, change, sealedAt) => {
  expect(standingOf(delivery(change), sealedAt)).toBe(standing);
});

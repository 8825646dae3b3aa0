import { expect, it } from "vitest";
import { nextStep } from "./next-step";

const made = { name: "ioncannon", known: true, enabled: true, synthetic: true };
const real = { name: "sensor_community", known: true, enabled: false, synthetic: false };
const failure = { what: "run", subject: "x", error: "y", count: 1, href: "/" };

it.each([
  ["a failure comes first", [failure], [], [made], undefined, undefined],
  ["no source", [], [], [], undefined, { href: undefined, says: /no source yet/ }],
  ["all disabled", [], [], [real], undefined, { href: "/sources", says: /enable a source/ }],
  ["first window under way", [], [], [made], undefined, { href: "/sources/ioncannon", says: /first window/ }],
  [
    "synthetic only",
    [],
    [{ synthetic: true }],
    [made, real],
    "/w",
    { href: "/sources/sensor_community", says: /synthetic/ },
  ],
  [
    "real ones of kinds that are not here",
    [],
    [{ synthetic: true }],
    [made, { ...real, known: false }],
    "/w",
    { href: "/w", says: /synthetic/ },
  ],
  ["no real source", [], [{ synthetic: true }], [made], "/w", { href: "/w", says: /synthetic/ }],
  ["real data", [], [{ synthetic: false }], [made, real], "/w", undefined],
])("%s", (_name, failures, latestBuilt, sources, newest, expected) => {
  const step = nextStep({
    home: { failures, latestBuilt, stages: [{ failed: 0 }] },
    alerts: 0,
    sources,
    newest,
  });
  expect(step === undefined).toBe(expected === undefined);
  if (!step || !expected) return;
  expect(step.sentence).toMatch(expected.says);
  expect(step.action?.href).toBe(expected.href);
});

it("does not promise a first window while work fails", () => {
  const home = { failures: [], latestBuilt: [], stages: [{ failed: 0 }, { failed: 8 }] };
  expect(nextStep({ home, alerts: 0, sources: [made], newest: undefined })?.sentence).toMatch(
    /failed and is tried again/,
  );
});

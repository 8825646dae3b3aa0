import { describe, expect, it } from "vitest";
import { FAIL_POINTS } from "../server/fail-point";
import { DAY, parseInstant } from "../server/observation/time";
import { planDeletion } from "./deletion";
import { disturbances, nameOf } from "./disturbances";
import { planOperations } from "./operations";
import { differences } from "./outcome";
import { randomOf } from "./random";

const days = [parseInstant("2024-06-01T00:00:00Z") ?? 0];

describe("the operations of a seed", () => {
  it("are the same again, and others for another seed", () => {
    expect(planOperations(7, 3, days)).toEqual(planOperations(7, 3, days));
    expect(planOperations(7, 3, days)).not.toEqual(planOperations(8, 3, days));
  });

  it.each([1, 2, 3, 4, 5])("withdraw and restore only what was asked for before (seed %i)", (seed) => {
    const operations = planOperations(seed, 30, days);
    expect(operations.filter(({ kind }) => kind === "withdraw").length).toBeGreaterThan(10);
    operations.forEach((operation, n) => {
      if (operation.kind !== "withdraw" && operation.kind !== "restore") return;
      const asked = operations
        .slice(0, n)
        .some((each) => each.kind === "run" && each.start === operation.start && each.end === operation.end);
      expect(asked, JSON.stringify(operation)).toBe(true);
    });
  });

  it("reprocess ranges and cancel one even in the shortest trial", () => {
    const kinds = planOperations(1, 1, days).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "reprocess range").length).toBeGreaterThanOrEqual(3);
    expect(kinds).toContain("cancel reprocess");
  });

  it.each([1, 2, 3])(
    "cancel runs, each right after it was asked for, and ask for its range again (seed %i)",
    (seed) => {
      const operations = planOperations(seed, 10, days);
      const places = operations.flatMap(({ kind }, n) => (kind === "cancel run" ? [n] : []));
      expect(places.length).toBeGreaterThan(2);
      expect(planOperations(seed, 1, days).map(({ kind }) => kind)).toContain("cancel run");
      for (const n of places) {
        const [run, cancel, instead] = operations.slice(n - 1, n + 2);
        expect(run).toMatchObject({ kind: "run", requestKey: (cancel as { requestKey: string }).requestKey });
        expect(instead).toEqual({ ...run, requestKey: expect.stringContaining("instead") });
      }
    },
  );

  it.each([1, 2, 3])("leave every setting at a fixed end (seed %i)", (seed) => {
    const last = new Map<string, object>();
    for (const operation of planOperations(seed, 10, days))
      if (operation.kind === "set") last.set(operation.dataset, operation);
    for (const dataset of ["ioncannon", "sensor.community"])
      expect(last.get(dataset)).toMatchObject({
        policy: "PT0S",
        subjectToChange: "PT0S",
        deleteAfterExport: true,
      });
  });

  it("ask for nothing that is still to come", () => {
    const ends = planOperations(1, 60, days).map((operation) => ("end" in operation ? operation.end : 0));
    expect(Math.max(...ends)).toBeLessThan((parseInstant("2026-03-01T00:00:00Z") ?? 0) + 30 * DAY);
  });
});

describe("what is deleted, and what comes after", () => {
  it.each([1, 2, 3, 4, 5])("is the same for a seed, and refuses only what must be (seed %i)", (seed) => {
    const first = planOperations(seed, 30, days);
    const { cut, deletion, late } = planDeletion(seed, 30, first);
    expect(planDeletion(seed, 30, first)).toEqual({ cut, deletion, late });
    expect(deletion[0]).toEqual({ kind: "age", dataset: "ioncannon", before: cut });
    const asked = new Set(
      first.flatMap((each) => (each.kind === "run" ? [`${each.start} ${each.end}`] : [])),
    );
    for (const operation of late) {
      if (operation.kind === "run") {
        expect(asked).not.toContain(`${operation.start} ${operation.end}`);
        expect(operation.end).toBeLessThanOrEqual(cut);
      }
      if (operation.kind !== "withdraw") continue;
      expect(operation).toMatchObject({ sealed: true });
      const before = first.findLast(
        (each) =>
          (each.kind === "withdraw" || each.kind === "restore") &&
          each.start === operation.start &&
          each.end === operation.end,
      );
      expect(before?.kind).not.toBe("withdraw");
    }
    expect(late.filter(({ kind }) => kind === "withdraw").length).toBeGreaterThan(0);
    expect(late.filter(({ kind }) => kind === "reprocess").length).toBeGreaterThan(0);
  });
});

describe("the disturbances of a seed", () => {
  it("pass every fail point before one comes again", () => {
    const points: string[] = [];
    for (const { disturbance } of disturbances(randomOf(3, "disturbances"), 10)) {
      if (disturbance.kind === "fail-point") points.push(disturbance.name);
      if (points.length === FAIL_POINTS.length) break;
    }
    expect([...points].sort()).toEqual([...FAIL_POINTS].sort());
  });

  it("kill each part, and pause beyond the leases where a run is long enough", () => {
    const seen = new Set<string>();
    let n = 0;
    for (const { disturbance } of disturbances(randomOf(4, "disturbances"), 60)) {
      seen.add(nameOf(disturbance));
      n += 1;
      if (n === 3_000) break;
    }
    for (const part of ["worker", "web", "supervisor", "postmaster", "backend", "all"])
      expect(seen).toContain(`${part} SIGKILL`);
    expect([...seen].some((name) => name.endsWith("past the lease"))).toBe(true);
  });
});

it("a difference names the thing and both sides", () => {
  const was = new Map([
    ["window a", "built"],
    ["window b", "empty"],
  ]);
  expect(differences(was, new Map([["window a", "built"]]))).toEqual([
    "window b: undisturbed empty; disturbed not there",
  ]);
  expect(differences(was, was)).toEqual([]);
});

import { expect, it } from "vitest";
import { parseInstant } from "../../../server/observation/time";
import { formAddress, type ReprocessForm, rangesOf, readForm } from "./form-address";

const at = (text: string) => parseInstant(text) ?? 0;
const [START, END] = [at("2026-03-01T00:00:00Z"), at("2026-03-01T06:00:00Z")];

const EMPTY = readForm(new URLSearchParams());

/** What a colleague sees who is sent the address. */
function sent(form: ReprocessForm): ReprocessForm {
  const address = new URLSearchParams(Object.entries(formAddress(form)).filter(([, value]) => value !== ""));
  return readForm(new URLSearchParams(`${address}`));
}

it("an empty form has an empty address", () => {
  expect(Object.values(formAddress(EMPTY)).join("")).toBe("");
  expect(EMPTY).toMatchObject({ behaviour: "missing-failed", depth: "dataset", forced: false });
});

it("a form that is sent stands as it stood, also half typed", () => {
  const full: ReprocessForm = {
    chosen: [],
    typed: { dataset: "a, b & c", from: "2026-03-01 00:00", to: "2026-03-01 06" },
    behaviour: "stale",
    depth: "collect",
    forced: true,
    newestFirst: true,
    note: "the archive was mended; see #12",
  };
  expect(sent(full)).toEqual(full);
  const chosen: ReprocessForm = {
    ...EMPTY,
    chosen: ["a", "b"].map((dataset) => ({ dataset, start: START, end: END })),
    behaviour: "missing-failed",
  };
  expect(sent(chosen)).toEqual(chosen);
});

it("one range that was chosen elsewhere is typed, and meant as it is; typed on, it is meant as before", () => {
  const form = readForm(new URLSearchParams({ in: "a,2026-03-01T00:00:00Z,2026-03-01T06:00:00Z" }));
  expect(form.typed).toEqual({ dataset: "a", from: "2026-03-01 00:00", to: "2026-03-01 06:00" });
  expect(form.behaviour).toBe("all");
  expect(rangesOf(form, ["a", "b"])).toEqual([{ dataset: "a", start: START, end: END }]);
  const shorter = { ...form, typed: { ...form.typed, to: "2026-03-01 05:00" } };
  expect(sent(shorter)).toEqual(shorter);
});

it("no dataset named is all of them; what is no range asks for nothing", () => {
  const typed = { dataset: "", from: "2026-03-01 00:00", to: "2026-03-01 06:00" };
  expect(rangesOf({ ...EMPTY, typed }, ["a", "b"]).map(({ dataset }) => dataset)).toEqual(["a", "b"]);
  expect(rangesOf({ ...EMPTY, typed: { ...typed, to: "2026-02-01" } }, ["a"])).toEqual([]);
  expect(rangesOf(EMPTY, ["a"])).toEqual([]);
});

it("what an address says that nobody can read is as on an empty form", () => {
  expect(readForm(new URLSearchParams({ which: "some", depth: "deep", in: "a,b", forced: "1" }))).toEqual(
    EMPTY,
  );
});

import { describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import { windowAt } from "../observation/span-grid";
import { DAY, formatInstant, HOUR, MINUTE, type Micros, parseInstant, SECOND } from "../observation/time";
import { acceptSpan, changeSpan, countWindows, nextCommonBoundary, windowsOf } from "./align";
import type { SpanRule } from "./model";

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const rule = (declared: string, from: Micros = 0): SpanRule => ({ from, ...acceptSpan(declared) });
const text = ({ start, end }: { start: Micros; end: Micros }) =>
  `${formatInstant(start)} ${formatInstant(end)}`;

describe("acceptSpan", () => {
  it.each([
    ["PT1H", HOUR, "PT1H"],
    ["PT60M", HOUR, "PT1H"],
    ["PT160S", 160 * SECOND, "PT2M40S"],
    ["P1D", DAY, "P1D"],
    ["P1W", 7 * DAY, "P7D"],
    ["PT1M", MINUTE, "PT1M"],
  ])("takes %s", (written, span, declared) => expect(acceptSpan(written)).toEqual({ span, declared }));

  it.each([
    ["P1M", /calendar months/],
    ["P1Y", /calendar months or years/],
    ["P1Y2M", /calendar months/],
    ["PT59S", /shorter than one minute/],
    ["-PT1H", /shorter than one minute/],
    ["PT0S", /shorter than one minute/],
    ["PT60.5S", /whole seconds/],
    ["1 hour", /no ISO 8601 duration/],
    ["", /no ISO 8601 duration/],
  ])("refuses %s", (written, sentence) => {
    expect(() => acceptSpan(written)).toThrow(Invalid);
    expect(() => acceptSpan(written)).toThrow(sentence);
  });
});

describe("windowAt", () => {
  it.each([
    ["PT1H", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z 2024-01-01T11:00:00Z"],
    ["PT1H", "2024-01-01T10:59:59.999999Z", "2024-01-01T10:00:00Z 2024-01-01T11:00:00Z"],
    ["P1D", "2024-01-01T10:00:00Z", "2024-01-01T00:00:00Z 2024-01-02T00:00:00Z"],
    // 160 s divides a day (540 times): no clipping.
    ["PT160S", "2024-01-01T23:59:00Z", "2024-01-01T23:57:20Z 2024-01-02T00:00:00Z"],
    // 7 min does not: epoch-aligned, cut at midnight on both sides.
    ["PT7M", "2024-01-01T23:59:00Z", "2024-01-01T23:56:00Z 2024-01-02T00:00:00Z"],
    ["PT7M", "2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z 2024-01-02T00:03:00Z"],
    ["PT7M", "2024-01-02T00:03:00Z", "2024-01-02T00:03:00Z 2024-01-02T00:10:00Z"],
    // Longer than a day: UTC days, under the declared name.
    ["P7D", "2024-01-03T10:00:00Z", "2024-01-03T00:00:00Z 2024-01-04T00:00:00Z"],
    ["PT1H", "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z 1970-01-01T00:00:00Z"],
  ])("%s at %s", (span, instant, window) => expect(text(windowAt([rule(span)], at(instant)))).toBe(window));

  it("follows the span history", () => {
    const rules = [rule("P1D"), rule("PT1H", at("2024-01-02T00:00:00Z"))];
    expect(text(windowAt(rules, at("2024-01-01T23:30:00Z")))).toBe(
      "2024-01-01T00:00:00Z 2024-01-02T00:00:00Z",
    );
    expect(text(windowAt(rules, at("2024-01-02T00:30:00Z")))).toBe(
      "2024-01-02T00:00:00Z 2024-01-02T01:00:00Z",
    );
  });

  it("refuses a dataset without a span", () => expect(() => windowAt([], 0)).toThrow(/without a span/));
});

describe("windowsOf", () => {
  const hour = [rule("PT1H")];
  it.each([
    ["one window", "10:00:00Z", "11:00:00Z", 1],
    ["an event that touches a boundary", "10:00:00Z", "11:00:00.000001Z", 2],
    ["zero length on a boundary", "10:00:00Z", "10:00:00Z", 0],
    ["zero length within a window", "10:30:00Z", "10:30:00Z", 0],
    ["an end before its start", "11:00:00Z", "10:00:00Z", 0],
    ["three hours", "10:00:00Z", "13:00:00Z", 3],
    ["over midnight", "23:30:00Z", "24:30:00Z", 2],
  ])("%s", (_name, from, to, count) => {
    const day = (time: string) =>
      time.startsWith("24") ? at(`2024-01-02T00${time.slice(2)}`) : at(`2024-01-01T${time}`);
    const interval = { start: day(from), end: day(to) };
    expect(windowsOf(hour, interval)).toHaveLength(count);
    expect(countWindows(hour, interval)).toBe(count);
  });

  it.each(["PT160S", "PT7M", "PT11M", "PT1H", "PT5H", "P1D", "P3D"])(
    "%s: windows follow each other without hole or overlap, and are counted without being made",
    (span) => {
      const rules = [rule(span), rule("PT13M", at("2024-01-03T00:00:00Z"))];
      const interval = { start: at("2023-12-31T22:13:00Z"), end: at("2024-01-04T03:07:00Z") };
      const windows = windowsOf(rules, interval);
      expect(countWindows(rules, interval)).toBe(windows.length);
      for (const [i, window] of windows.entries()) {
        expect(window.start).toBeLessThan(window.end);
        expect(Math.floor(window.start / DAY)).toBe(Math.floor((window.end - 1) / DAY));
        expect(windowAt(rules, window.start)).toEqual(window);
        if (i > 0) expect(window.start).toBe(windows[i - 1]?.end);
      }
      expect(windows[0]?.start).toBeLessThanOrEqual(interval.start);
      expect(windows.at(-1)?.end).toBeGreaterThanOrEqual(interval.end);
    },
  );

  it("refuses a range of too many windows before making them", () => {
    const century = { start: at("1970-01-01T00:00:00Z"), end: at("2070-01-01T00:00:00Z") };
    expect(countWindows([rule("PT1M")], century)).toBe(52_596_000);
    expect(() => windowsOf([rule("PT1M")], century)).toThrow(/52596000 windows/);
    expect(() => windowsOf([rule("PT1H")], { start: 0, end: 3 * HOUR }, 2)).toThrow(Invalid);
  });
});

describe("history 19: a change of span takes effect at the next common boundary, at most a day away", () => {
  const now = at("2024-01-01T10:20:00Z");
  it.each([
    ["P1D", "PT1H", "2024-01-02T00:00:00Z"],
    ["PT1H", "PT30M", "2024-01-01T11:00:00Z"],
    ["PT30M", "PT1H", "2024-01-01T11:00:00Z"],
    // The first multiple of 77 min since the epoch.
    ["PT7M", "PT11M", "2024-01-01T10:38:00Z"],
    ["PT160S", "PT1H", "2024-01-01T12:00:00Z"],
    ["PT7H", "PT11H", "2024-01-02T00:00:00Z"],
    ["P7D", "PT1H", "2024-01-02T00:00:00Z"],
  ])("%s to %s", (from, to, boundary) => {
    const [a, b] = [acceptSpan(from).span, acceptSpan(to).span];
    const found = nextCommonBoundary(a, b, now);
    expect(windowAt([rule(from)], found).start).toBe(found);
    expect(windowAt([rule(to)], found).start).toBe(found);
    expect(found).toBeGreaterThan(now);
    expect(found - now).toBeLessThanOrEqual(DAY);
    const firstCommon = Array.from(
      { length: 86_400 },
      (_, s) => now - (now % SECOND) + (s + 1) * SECOND,
    ).find(
      (instant) =>
        windowAt([rule(from)], instant).start === instant && windowAt([rule(to)], instant).start === instant,
    );
    expect(formatInstant(found)).toBe(formatInstant(firstCommon ?? Number.NaN));
    expect(formatInstant(found)).toBe(boundary);
  });

  it("is strictly after now", () =>
    expect(nextCommonBoundary(HOUR, 30 * MINUTE, at("2024-01-01T11:00:00Z"))).toBe(
      at("2024-01-01T12:00:00Z"),
    ));

  it("replaces a change that still waits, and takes it back when the span in force is asked for again", () => {
    const once = changeSpan([rule("P1D")], "PT1H", now);
    expect(once.map(({ declared }) => declared)).toEqual(["P1D", "PT1H"]);
    const twice = changeSpan(once, "PT30M", now + MINUTE);
    expect(twice.map(({ declared }) => declared)).toEqual(["P1D", "PT30M"]);
    expect(changeSpan(twice, "P1D", now + 2 * MINUTE)).toEqual([rule("P1D")]);
  });

  it("keeps the history of changes in force", () => {
    const once = changeSpan([rule("P1D")], "PT1H", now);
    const back = changeSpan(once, "P1D", now + DAY);
    expect(back.map(({ declared, from }) => [declared, formatInstant(from)])).toEqual([
      ["P1D", "1970-01-01T00:00:00Z"],
      ["PT1H", "2024-01-02T00:00:00Z"],
      ["P1D", "2024-01-03T00:00:00Z"],
    ]);
  });

  it("gives a dataset without a span its first one", () =>
    expect(changeSpan([], "PT1H", now)).toEqual([rule("PT1H")]));
});

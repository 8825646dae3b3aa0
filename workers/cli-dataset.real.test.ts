import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsOn, QUIET_YAML } from "./cli.testing";
import { isQuiet, openTestLine, type TestLine } from "./line.testing";

describe("ionbeam dataset on a running line", () => {
  let line: TestLine;
  const { ask, json } = commandsOn(() => line);

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  });
  afterAll(() => line.close());

  it("lists and shows settings as durations", async () => {
    const settings = {
      policy: "wait",
      subjectToChange: "PT0S",
      deleteAfterExport: false,
      span: "PT1H",
      nextSpan: null,
    };
    const listed = new Map(
      (await json("dataset", "list")).map((each: { name: string }) => [each.name, each]),
    );
    expect(listed.get("ioncannon")).toMatchObject(settings);
    expect(listed.get("sensor.community")).toMatchObject({ policy: "wait" });
    expect(await json("dataset", "show", "ioncannon")).toMatchObject({ name: "ioncannon", ...settings });
    expect((await ask("dataset", "list")).out).toMatch(/^name +span +subjectToChange +policy/);
  });

  it("has a window that waits built with its gaps, once the policy's time has passed", async () => {
    const range = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-02T00:30:00Z"];
    await json("source", "run", "ioncannon", ...range);
    await line.until(
      async () => (await line.runtime.views.windows({ states: ["waiting"], limit: 9 })).items.length === 1,
      "the waiting window",
    );
    const set = ["dataset", "set", "ioncannon", "--policy", "PT6H"];
    const first = await json(...set);
    expect(first).toMatchObject({ dataset: "ioncannon", policy: "PT6H", changed: true, judgedAgain: 1 });
    await line.until(() => isQuiet(line), "the build");
    expect(await json("window", "list")).toMatchObject([{ state: "incomplete", revision: 1, coverage: 0.5 }]);
    expect(await json(...set)).toEqual({ ...first, changed: false, judgedAgain: 0 });
    expect(await json("dataset", "set", "ioncannon", "--policy", "wait")).toMatchObject({ policy: "wait" });
  });

  it("sets whether points go after export", async () => {
    const set = (value: string) => json("dataset", "set", "ioncannon", "--delete-after-export", value);
    expect(await set("on")).toMatchObject({ deleteAfterExport: true, changed: true, judgedAgain: 0 });
    expect(await set("on")).toMatchObject({ deleteAfterExport: true, changed: false });
    expect(await json("dataset", "show", "ioncannon")).toMatchObject({ deleteAfterExport: true });
    expect(await set("off")).toMatchObject({ deleteAfterExport: false, changed: true });
  });

  it("changes span and time to change, the span from a boundary on", async () => {
    const changed = await json(
      "dataset",
      "set",
      "ioncannon",
      "--span",
      "PT30M",
      "--subject-to-change",
      "PT10M",
    );
    expect(changed).toMatchObject({
      span: "PT1H",
      subjectToChange: "PT10M",
      nextSpan: { span: "PT30M", from: expect.stringMatching(/T\d\d:00:00Z$/) },
    });
    expect((await ask("dataset", "show", "ioncannon")).out).toMatch(/^subjectToChange +PT10M$/m);
  });

  it.each([
    [
      2,
      ["set", "ioncannon"],
      /say what to change: --policy, --subject-to-change, --span, --delete-after-export, --keep-points/,
    ],
    [2, ["set", "ioncannon", "--delete-after-export", "yes"], /"yes" is neither on nor off/],
    [2, ["set", "ioncannon", "--policy", "later"], /neither wait nor an ISO 8601 duration/],
    [2, ["set", "ioncannon", "--subject-to-change", "1h"], /write PT30M, PT6H or P2D/],
    [2, ["set", "ioncannon", "--span", "P1M"], /counts calendar months or years/],
    [3, ["set", "nobody", "--policy", "wait"], /no dataset "nobody"; ionbeam dataset list shows them/],
    [3, ["show", "nobody"], /no dataset "nobody"/],
  ] as const)("ends with %i and a sentence for dataset %j", async (code, args, words) => {
    const answer = await ask("dataset", ...args);
    expect(answer.err).toMatch(words);
    expect(answer).toMatchObject({ code, out: "" });
  });
});

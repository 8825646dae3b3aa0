import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childEnvironment } from "../config/env";
import { type Answer, commandsOn, environmentOf, ionbeam, QUIET_YAML } from "./cli.testing";
import { holding, isQuiet, openTestLine, type TestLine } from "./line.testing";
import { testPrograms } from "./programs.testing";

describe("the command line on a running line", () => {
  let line: TestLine;
  const { ask, json } = commandsOn(() => line);

  beforeAll(async () => {
    line = await openTestLine(QUIET_YAML);
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  });
  afterAll(() => line.close());

  it("runs a source, and shows the run, the delivery and the windows", async () => {
    const range = ["--from", "2026-03-01", "--to", "2026-03-01T02:00:00Z", "--key", "once"];
    const { runId } = await json("source", "run", "ioncannon", ...range);
    expect(await json("source", "run", "ioncannon", ...range)).toEqual({ runId });
    await line.until(
      async () =>
        (await isQuiet(line)) && (await line.runtime.views.windows({ limit: 9 })).items.length === 2,
      "two windows",
    );

    const windows = await json("window", "list");
    expect(windows).toHaveLength(2);
    for (const window of windows) {
      expect(window).toMatchObject({
        dataset: "ioncannon",
        state: "built",
        stale: false,
        revision: 1,
        synthetic: true,
      });
      expect(window.reason).toMatch(/revision 1/);
      expect(window.files).toHaveLength(1);
      expect(path.isAbsolute(window.files[0])).toBe(true);
      expect(existsSync(window.files[0])).toBe(true);
    }
    expect(windows.map((window: { start: string; end: string }) => [window.start, window.end])).toEqual([
      ["2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z"],
      ["2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z"],
    ]);
    expect(await json("source", "runs", "ioncannon")).toMatchObject([{ id: runId, state: "done" }]);
    const [delivery] = await json("ingest", "list");
    expect(delivery).toMatchObject({ dataset: "ioncannon", withdrawn: false, source: "ioncannon" });
    const shown = await json("window", "show", "ioncannon", "2026-03-01T00:00:00Z");
    expect(shown).toMatchObject({
      received: { deliveries: 1 },
      deliveryList: [{ key: delivery.delivery }],
      revisions: [{ revision: 1, current: true }],
    });
  });

  it("rebuilds a window, withdraws and restores a delivery", async () => {
    // The build is not over before the command has answered.
    const rebuild = () => json("window", "rebuild", "ioncannon", "2026-03-01T00:00:00Z");
    expect(await holding(line, "revision", rebuild)).toMatchObject({
      dataset: "ioncannon",
      end: "2026-03-01T01:00:00Z",
      revision: 1,
      stale: true,
      askedAgain: true,
      reasonClass: "asked",
      files: [expect.stringMatching(/\.parquet$/)],
    });
    await line.until(() => isQuiet(line), "the rebuild");
    const [{ delivery }] = await json("ingest", "list");
    expect(await json("delivery", "withdraw", delivery)).toEqual({ key: delivery, windows: 2 });
    expect(await json("ingest", "list")).toMatchObject([{ withdrawn: true }]);
    expect(await json("delivery", "restore", delivery)).toEqual({ key: delivery, windows: 2 });
    expect(await json("window", "list", "--state", "built")).toHaveLength(2);
    const range = ["--from", "2026-03-01", "--to", "2026-03-02"];
    expect(await json("window", "list", "--reason", "complete", ...range)).toHaveLength(2);
    expect(await json("window", "list", "--reason", "missing", "asked", ...range)).toHaveLength(0);
  });

  it("turns sources on and off, and lists sources, datasets, dead letters and the state of the line", async () => {
    await json("source", "enable", "sensor_community");
    const on = await json("source", "list");
    expect(on.find(({ name }: { name: string }) => name === "sensor_community")).toMatchObject({
      enabled: true,
    });
    await json("source", "disable", "sensor_community");
    expect((await json("dataset", "list")).map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["ioncannon", "sensor.community"]),
    );
    expect(await json("dead-letter", "list")).toEqual([]);
    expect(await json("dead-letter", "replay", "--all")).toEqual({ replayed: 0 });
    expect((await json("status")).stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      "source",
      "ingest",
      "window",
      "dataset",
      "projection",
    ]);
  });

  it("imports settings, and refuses an unknown key with its line", async () => {
    const file = path.join(line.folder, "other.yaml");
    await writeFile(file, "broker:\n  url: amqp://x\nsources:\n  ioncannon:\n    num_stations: 6\n");
    expect((await ask("config", "import", file)).code).toBe(0);
    await writeFile(file, "sources:\n  ioncannon:\n    num_statoins: 6\n");
    const refused = await ask("config", "import", file);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toMatch(/line 3: "sources\.ioncannon\.num_statoins"/);
  });

  it("refuses with 4 to build a window that waits, with force it does; a source of an unknown kind with 5", async () => {
    await json(
      "source",
      "run",
      "ioncannon",
      "--from",
      "2026-03-02T00:00:00Z",
      "--to",
      "2026-03-02T00:30:00Z",
    );
    await line.until(
      async () => (await line.runtime.views.windows({ states: ["waiting"], limit: 9 })).items.length === 1,
      "the waiting window",
    );
    const rebuild = ["window", "rebuild", "ioncannon", "2026-03-02T00:00:00Z"];
    const refused = await ask(...rebuild);
    expect(refused).toMatchObject({ code: 4, out: "" });
    expect(refused.err).toMatch(/^ionbeam: .*ask again with force\n$/);
    await json(...rebuild, "--force");
    await line.until(() => isQuiet(line), "the forced build");
    expect(await json("window", "list", "--from", "2026-03-02")).toMatchObject([
      { state: "incomplete", revision: 1, stale: false },
    ]);

    const file = path.join(line.folder, "foreign.yaml");
    await writeFile(file, "broker:\n  url: amqp://x\nsources:\n  netatmo:\n    client_id: me\n");
    expect(await json("config", "import", file)).toEqual({
      applied: ["source netatmo: added"],
      passedOver: [expect.stringMatching(/line 2: "broker\.url" asks for messages on RabbitMQ/)],
    });
    expect(await json("config", "import", file)).toMatchObject({ applied: [] });
    for (const args of [
      ["source", "enable", "netatmo"],
      ["source", "run", "netatmo", "--from", "2026-03-01", "--to", "2026-03-02"],
    ]) {
      const denied = await ask(...args);
      expect(denied).toMatchObject({ code: 5, out: "" });
      expect(denied.err).toMatch(/kind "netatmo", which this version does not have yet/);
    }
  });

  it("answers through npm with nothing but JSON on standard output", async () => {
    const answer = await new Promise<Answer>((resolve) => {
      const args = ["run", "-s", "ionbeam", "--", "window", "list", "--json"];
      execFile(
        "npm",
        args,
        { cwd: path.dirname(import.meta.dirname), env: childEnvironment(environmentOf(line)) },
        (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
    expect(answer).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(answer.out).length).toBeGreaterThan(0);
  });

  it.each([
    [2, ["source", "run", "ioncannon", "--from", "yesterday", "--to", "2026-03-01"], /2024-01-01T12:00:00Z/],
    [
      2,
      ["source", "run", "ioncannon", "--from", "2026-03-02", "--to", "2026-03-01"],
      /ends before it starts/,
    ],
    [2, ["window", "list", "--state", "good"], /there are: building/],
    [2, ["window", "list", "--reason", "good"], /there are: collecting/],
    [2, ["window", "list", "--reason", "missing"], /give --from and --to/],
    [2, ["dead-letter", "replay"], /--all/],
    [2, ["nonsense"], /unknown command/],
    [2, ["window", "list", "--limit", "many"], /give a whole number from 1/],
    [2, ["window", "show", "ioncannon"], /missing required argument 'start'/],
    [2, ["window", "show", "ioncannon", "2026-02-30"], /2024-01-01T12:00:00Z/],
    [2, ["config", "import", "/nowhere.yaml"], /\/nowhere\.yaml cannot be read/],
    [
      3,
      ["source", "run", "nobody", "--from", "2026-03-01", "--to", "2026-03-02"],
      /no source "nobody"; there are: ioncannon/,
    ],
    [3, ["delivery", "withdraw", "abc"], /no delivery abc; ionbeam ingest list shows them/],
    [3, ["source", "runs", "nobody"], /no source "nobody"; there are: ioncannon/],
    [3, ["window", "list", "--dataset", "nobody"], /no dataset "nobody"/],
    [3, ["ingest", "list", "--dataset", "nobody"], /no dataset "nobody"/],
    [2, ["window", "list", "--from", "2026-03-02", "--to", "2026-03-01"], /the range ends before it starts/],
    [2, ["window", "list", "--from", "0001-01-01"], /give UTC as/],
    [3, ["source", "enable", "nobody"], /no source "nobody"/],
    [3, ["window", "rebuild", "ioncannon", "2020-01-01"], /no window that starts at/],
    [3, ["window", "show", "ioncannon", "2020-01-01"], /no window that starts at/],
    [3, ["delivery", "withdraw", "0".repeat(64)], /no delivery/],
    [3, ["dead-letter", "replay", "00000000-0000-4000-8000-000000000000"], /no dead letter/],
  ] as const)("ends with %i and a sentence for %j", async (code, args, words) => {
    const answer = await ask(...args);
    expect(answer.err).toMatch(words);
    expect(answer).toMatchObject({ code, out: "" });
  });
});

describe("an answer that cannot be written", () => {
  const help = async (stdout: "pipe" | number) => {
    const { cli } = await testPrograms();
    return new Promise<Answer>((resolve) => {
      const child = spawn(process.execPath, [cli, "--help"], {
        env: childEnvironment({}),
        stdio: ["ignore", stdout, "pipe"],
      });
      let err = "";
      child.stdout?.destroy();
      child.stderr?.on("data", (chunk) => (err += chunk));
      child.on("close", (code) => resolve({ code, out: "", err }));
    });
  };

  it("ends without a word when its reader had enough", async () => {
    expect(await help("pipe")).toEqual({ code: 141, out: "", err: "" });
  });

  it.skipIf(!existsSync("/dev/full"))("ends with a sentence when the disk is full", async () => {
    const full = openSync("/dev/full", "w");
    const { code, err } = await help(full);
    closeSync(full);
    expect(code).toBe(74);
    expect(err).toMatch(/^ionbeam: the answer could not be written where its output goes: ENOSPC.*\n$/);
  });
});

describe("the command line where no Ionbeam runs", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-none-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ["in a folder without one", "", /does not run on .*start it with npm start/],
    [
      "at a database that does not answer",
      "postgresql://nobody@127.0.0.1:1/none",
      /127\.0\.0\.1:1 does not answer: start Ionbeam with npm start, or correct DATABASE_URL/,
    ],
  ])("says what to do %s", async (_name, address, words) => {
    const answer = await ionbeam(
      { IONBEAM_DATA_DIR: folder, DATABASE_URL: address },
      "source",
      "list",
      "--json",
    );
    expect(answer).toMatchObject({ code: 75, out: "" });
    expect(answer.err).toMatch(words);
    expect(answer.err.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["window"],
    ["source"],
    ["ingest"],
    ["delivery"],
    ["dataset"],
    ["dead-letter"],
    ["config"],
    ["projection"],
    ["audit"],
  ])("helps with %s", async (command) => {
    const env = { IONBEAM_DATA_DIR: folder, DATABASE_URL: "" };
    const answer = await ionbeam(env, command, "--help");
    expect(answer).toMatchObject({ code: 0, err: "" });
    expect(answer.out).toMatch(new RegExp(`^Usage: ionbeam ${command}`));
  });
});

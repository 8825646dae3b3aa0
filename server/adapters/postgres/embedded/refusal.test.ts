import { describe, expect, it } from "vitest";
import { Conflict, Invalid } from "../../../errors";
import { parsePasswd } from "./account";
import { socketFolder } from "./place";
import { explainFolder, explainOutput } from "./refusal";

const systemError = (code: string) => Object.assign(new Error(`${code}: something`), { code });

describe("explainFolder", () => {
  it.each([
    ["ENOSPC", /disk that holds \/d is full: free some space/],
    ["EDQUOT", /quota/],
    ["EROFS", /read-only disk: set IONBEAM_DATA_DIR/],
    ["EACCES", /\/d cannot be written/],
    ["ENOTDIR", /a file is in its path: set IONBEAM_DATA_DIR/],
    ["ENAMETOOLONG", /too long: set IONBEAM_DATA_DIR/],
  ])("says what to do about %s", (code, sentence) => {
    const error = explainFolder(systemError(code), "/d");
    expect(error).toBeInstanceOf(Invalid);
    expect(error.message).toMatch(sentence);
  });

  it("leaves errors that speak for themselves", () => {
    const error = new Conflict("Somebody else has it.");
    expect(explainFolder(error, "/d")).toBe(error);
  });
});

describe("explainOutput", () => {
  it.each([
    ['initdb: error: could not write to file "x": No space left on device', /disk that holds \/d is full/],
    [
      "initdb: error: could not look up effective user ID 42: user does not exist",
      /add this user id to \/etc\/passwd/,
    ],
    [
      "2026-01-01 00:00:00 UTC [1] LOG:  starting\n2026-01-01 00:00:00 UTC [1] FATAL:  could not create semaphores\n",
      /in \/d does not start: could not create semaphores \(more in \/l\)\.$/,
    ],
    ["", /does not start: it said nothing/],
  ])("turns %j into a sentence", (output, sentence) => {
    expect(explainOutput(output, "/d", "/l").message).toMatch(sentence);
  });
});

describe("socketFolder", () => {
  it.each([
    ["/srv/ionbeam/postgresql", "/tmp", "/srv/ionbeam/postgresql/run"],
    [`/${"x".repeat(100)}`, "/tmp", "/tmp/ionbeam-k"],
    [`/${"é".repeat(50)}`, "/var/tmp", "/var/tmp/ionbeam-k"],
    [`/${"x".repeat(100)}`, `/${"t".repeat(100)}`, "/tmp/ionbeam-k"],
  ])("for %s is short enough", (home, tmp, expected) => {
    expect(socketFolder(home, "k", tmp)).toBe(expected);
  });
});

describe("parsePasswd", () => {
  it("reads names and ids, and passes over what is no account", () => {
    const text = "root:x:0:0:root:/root:/bin/sh\n+::::::\n\nnobody:x:65534:65533:nobody:/:/bin/false\n";
    const accounts = parsePasswd(text);
    expect(accounts).toContainEqual({ name: "root", uid: 0, gid: 0 });
    expect(accounts).toContainEqual({ name: "nobody", uid: 65_534, gid: 65_533 });
  });
});

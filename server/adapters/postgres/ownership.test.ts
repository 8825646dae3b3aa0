import { describe, expect, it } from "vitest";
import { type Owner, readOwner, refusal, writeOwner } from "./ownership";

const owners: Owner[] = [
  { pid: 7, host: "desk", state: "starting" },
  { pid: 4_194_304, host: "desk", state: "stopping" },
  { pid: 7, host: "desk", state: { address: "http://127.0.0.1:3000" } },
];

describe("the owner", () => {
  it.each(owners)("is read as it was written: %o", (owner) => {
    expect(readOwner(writeOwner(owner))).toEqual(owner);
  });

  it("fits into an application_name, with a long host and the longest id", () => {
    const state = { address: "http://127.0.0.1:65535" };
    const name = writeOwner({ pid: 4_194_304, host: "a-very-long-name.of-a-host.example", state });
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(readOwner(name)?.state).toEqual(state);
  });

  it("is not seen in the name of another program", () => {
    expect(readOwner("psql")).toBeUndefined();
  });

  it("is named in the refusal of a second start", () => {
    expect(refusal(owners[2], "/d").message).toBe(
      "Ionbeam already runs on /d (process 7 on desk, http://127.0.0.1:3000): use that one, or stop it first.",
    );
    expect(refusal(undefined, "/d").message).toMatch(/Another Ionbeam already runs on \/d/);
  });
});

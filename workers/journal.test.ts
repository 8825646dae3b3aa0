import { describe, expect, it } from "vitest";
import { linesTo } from "./journal";

/** A disk with room for so many bytes, as one that fills up and is freed again. */
function disk(room: number) {
  const state = { room, text: "" };
  const write = (bytes: Buffer) => {
    if (state.room === 0) throw new Error("ENOSPC: no space left on device");
    const part = bytes.subarray(0, state.room);
    state.room -= part.length;
    state.text += part.toString();
    return part.length;
  };
  return { state, write };
}

describe("a log on a disk that fills up", () => {
  it("loses the lines for which there is no room, and begins the next one on a line of its own", () => {
    const { state, write } = disk(8);
    const say = linesTo(write);
    for (const line of ["one\n", "two more\n", "three\n"]) say(line);
    expect(state.text).toBe("one\ntwo ");
    state.room = 100;
    for (const line of ["four\n", "five\n"]) say(line);
    expect(state.text).toBe("one\ntwo \nfour\nfive\n");
  });

  it("leaves no empty line where nothing of the lost one was written", () => {
    const { state, write } = disk(4);
    const say = linesTo(write);
    for (const line of ["one\n", "two\n"]) say(line);
    state.room = 100;
    say("three\n");
    expect(state.text).toBe("one\nthree\n");
  });

  it("goes on where a write took only a part", () => {
    let text = "";
    const say = linesTo((bytes) => {
      text += bytes.subarray(0, 2).toString();
      return Math.min(2, bytes.length);
    });
    say("one\n");
    say("two\n");
    expect(text).toBe("one\ntwo\n");
  });
});

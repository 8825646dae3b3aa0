import { describe, expect, it } from "vitest";
import type { Column } from "./column";
import type { Decoder } from "./decoder";
import type { DecodeReply, DecodeRequest } from "./decoding-worker";
import { Gone } from "./gone";
import { HelpingDecoder } from "./helping-decoder";
import type { Group } from "./plan-groups";

const group = (place: number): Group => ({
  key: "projections/a.parquet",
  size: 10,
  group: place,
  offset: 0,
  rows: 1,
  columns: ["value"],
  except: [],
});
const column = (value: number): Column => ({ kind: "number", values: Float64Array.of(value) });

/** The page's end of a worker, whose other end is the test. */
class OtherEnd {
  onmessage: ((event: { data: DecodeReply }) => void) | null = null;
  onerror: ((event: { preventDefault: () => void }) => void) | null = null;
  readonly asked: DecodeRequest[] = [];
  ended = false;
  postMessage = (request: DecodeRequest) => void this.asked.push(request);
  terminate = () => {
    this.ended = true;
  };
  answer = (reply: DecodeReply) => this.onmessage?.({ data: reply });
}

function helped() {
  const end = new OtherEnd();
  const here: Decoder = { decode: async ({ group: place }) => new Map([["value", column(-place)]]) };
  return { end, decoder: new HelpingDecoder(() => end as unknown as Worker, here), here };
}

const numberIn = (columns: ReadonlyMap<string, Column>) => {
  const found = columns.get("value");
  return found?.kind === "number" ? found.values[0] : undefined;
};

describe("a decoder that another worker works for", () => {
  it("gives each its own answer, in whatever order they come", async () => {
    const { end, decoder } = helped();
    const both = [decoder.decode(group(1), ["value"]), decoder.decode(group(2), ["value"])];
    for (const { id, group: asked } of [...end.asked].reverse())
      end.answer({ id, columns: [["value", column(asked.group)]] });
    expect((await Promise.all(both)).map(numberIn)).toEqual([1, 2]);
  });

  it("says when a file is gone, and when it could not be read", async () => {
    const { end, decoder } = helped();
    const gone = decoder.decode(group(1), ["value"]);
    const broken = decoder.decode(group(2), ["value"]);
    end.answer({ id: 1, failed: { gone: true, message: "It was replaced." } });
    end.answer({ id: 2, failed: { gone: false, message: "Its end is missing." } });
    await expect(gone).rejects.toThrow(Gone);
    await expect(broken).rejects.toThrow("Its end is missing.");
    await expect(broken).rejects.not.toThrow(Gone);
  });

  it("decodes here what a worker that dies was given, and all that comes later", async () => {
    const { end, decoder } = helped();
    const under = [decoder.decode(group(1), ["value"]), decoder.decode(group(2), ["value"])];
    let seenTo = false;
    end.onerror?.({
      preventDefault: () => {
        seenTo = true;
      },
    });
    expect(seenTo).toBe(true);
    expect((await Promise.all(under)).map(numberIn)).toEqual([-1, -2]);
    expect(numberIn(await decoder.decode(group(3), ["value"]))).toBe(-3);
    expect([end.ended, end.asked.length]).toEqual([true, 2]);
  });

  it("decodes here where the worker says that it cannot", async () => {
    const { end, decoder } = helped();
    const under = decoder.decode(group(1), ["value"]);
    end.answer({ dead: true });
    expect(numberIn(await under)).toBe(-1);
    expect(numberIn(await decoder.decode(group(2), ["value"]))).toBe(-2);
    expect(end.ended).toBe(true);
  });

  it("does without where no worker can be started", async () => {
    const { here } = helped();
    const decoder = new HelpingDecoder(() => {
      throw new Error("refused by a policy");
    }, here);
    expect(numberIn(await decoder.decode(group(1), ["value"]))).toBe(-1);
  });
});

import { describe, expect, it } from "vitest";
import { Invalid } from "../errors";
import { DAY, HOUR } from "../observation/time";
import type { Retention } from "../ports/retention";
import { changedRetention, FOR_EVER, Keep, retentionSentence, shownRetention } from "./retention";

const available = { revisions: {} as Retention };

describe("how long a dataset keeps what", () => {
  it.each([
    ["P30D", 30 * DAY],
    ["PT1H", HOUR],
    ["P1Y", 365 * DAY],
    [FOR_EVER, FOR_EVER],
  ])("%s is read", (text, keep) => expect(Keep.parse(text)).toBe(keep));

  it.each(["", "30", "PT59M", "PT0S", "-P1D", "P200Y", "never"])("%j is refused in a sentence", (text) => {
    expect(Keep.safeParse(text).error?.issues[0]?.message).toContain("write P30D or P1Y, or for-ever");
  });

  it("changes what is named, and switches off by the word", () => {
    const on = changedRetention({ points: DAY }, { keepRevisions: 30 * DAY }, available);
    expect(on).toEqual({ points: DAY, revisions: 30 * DAY });
    expect(changedRetention(on, { keepRevisions: FOR_EVER }, available)).toEqual({ points: DAY });
    expect(shownRetention(on)).toEqual({ keepPoints: "P1D", keepPayloads: FOR_EVER, keepRevisions: "P30D" });
    expect(shownRetention(undefined)).toMatchObject({ keepRevisions: FOR_EVER });
  });

  it("refuses to switch on what nothing deletes", () => {
    expect(() => changedRetention({}, { keepPayloads: DAY }, available)).toThrow(Invalid);
    expect(changedRetention({}, { keepPayloads: FOR_EVER }, available)).toEqual({});
  });

  it("says it in words", () => {
    expect(retentionSentence("revisions", 30 * DAY + 90 * 60_000_000)).toBe(
      "files of superseded revisions are deleted 30 days 1 hour 30 minutes after they were superseded; their rows stay",
    );
    expect(retentionSentence("points", DAY)).toBe("points are deleted 1 day after they were received");
    expect(retentionSentence("payloads", undefined)).toBe("payloads are kept for ever");
    expect(retentionSentence("payloads", undefined, true)).toBe("payloads are kept for ever");
    expect(retentionSentence("points", DAY, true)).toBe(
      "points are deleted once they are exported and may no longer change, at the latest 1 day after they were received; they come back from their payload where they are needed",
    );
  });
});

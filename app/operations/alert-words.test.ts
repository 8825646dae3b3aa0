import { expect, it } from "vitest";
import { parseInstant } from "../../server/observation/time";
import { toldWords } from "./alert-words";

const AT = parseInstant("2026-11-27T12:00:00Z") ?? 0;
const none = { attempts: 0, error: undefined, retryAt: undefined, endedAt: undefined };

it.each([
  [{ ...none, state: "waiting" as const }, "to be told of its beginning"],
  [
    { ...none, state: "waiting" as const, attempts: 2, error: "limit: slow down", retryAt: AT },
    "not yet told of its beginning after 2 tries: limit: slow down; tried again at 2026-11-27 12:00 UTC",
  ],
  [
    { ...none, state: "sent" as const, attempts: 1, endedAt: AT },
    "told of its beginning at 2026-11-27 12:00 UTC",
  ],
  [
    { ...none, state: "dead" as const, attempts: 20, error: "path: 404" },
    "not told of its beginning: given up after 20 tries; path: 404",
  ],
  [{ ...none, state: "withheld" as const }, "not told of its beginning: withheld"],
])("a message %j", (message, words) => {
  expect(toldWords({ messages: [{ kind: "opened", ...message }] })).toEqual([words]);
});

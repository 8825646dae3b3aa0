import { expect, it } from "vitest";
import { MINUTE, parseInstant, SECOND } from "../../../../server/observation/time";
import { builtSince } from "./built-since";

const built = parseInstant("2026-11-28T14:50:06Z") ?? 0;
const TIMES = { ready: built - 200_000, built, builtAgain: undefined, firstBuilt: undefined, published: 1 };
const at = built + 29 * MINUTE + 4 * SECOND;

it.each([
  ["nothing of a window that was built once", TIMES, []],
  ["nothing of one that was never built", { ...TIMES, built: undefined, published: 0 }, []],
  [
    "a build on request, with the same bytes, and how long it waited for that",
    { ...TIMES, ready: at - SECOND, builtAgain: at, published: 2 },
    [
      "Built again at 2026-11-28 15:19:10 UTC, with the same bytes, 1 s after it became due for that. The steps are those of the first build of these bytes.",
      "Published 2 times: once more with each request to build it again.",
      "When it was ready for the first build is not kept.",
    ],
  ],
  [
    "one that is due once more",
    { ...TIMES, ready: at + MINUTE, builtAgain: at },
    [
      "Built again at 2026-11-28 15:19:10 UTC, with the same bytes. The steps are those of the first build of these bytes.",
      "It has become due again since, at 2026-11-28 15:20:10 UTC; when it was before this build is not kept.",
    ],
  ],
  [
    "what was ingested again and came to the same",
    { ...TIMES, ready: at - SECOND, built: at, firstBuilt: built },
    [
      "First built at 2026-11-28 14:50:06 UTC; deliveries came or were ingested again since, and the build that stands here found the same bytes.",
    ],
  ],
] as const)("says %s", (_, times, expected) => {
  expect(builtSince(times)).toEqual(expected);
});

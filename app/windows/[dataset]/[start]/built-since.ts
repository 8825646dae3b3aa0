import { formatInstant, type Micros, SECOND } from "../../../../server/observation/time";
import type { WindowDetail } from "../../../_trpc/outputs";
import { countText, durationText } from "../../../_ui/format";

type Times = Pick<WindowDetail["times"], "ready" | "built" | "builtAgain" | "firstBuilt" | "published">;

/** To the second: steps lie seconds apart, and their durations stand beside. */
export function exact(at: Micros): string {
  return `${formatInstant(Math.floor(at / SECOND) * SECOND)
    .replace("T", " ")
    .replace("Z", "")} UTC`;
}

/**
 * What was done with a revision beside the chain of what it holds, in sentences: a build that somebody asked for later is no step of it, else a window that
 * was on time would look late.
 */
export function builtSince({ ready, built, builtAgain, firstBuilt, published }: Times): readonly string[] {
  if (built === undefined) return [];
  const dueSince = ready !== undefined && ready > built ? ready : undefined;
  const again = builtAgain !== undefined && dueSince !== undefined && dueSince <= builtAgain;
  return [
    ...(builtAgain === undefined
      ? []
      : [
          `Built again at ${exact(builtAgain)}, with the same bytes${again ? `, ${durationText(builtAgain - dueSince)} after it became due for that` : ""}. The steps are those of the first build of these bytes.`,
        ]),
    ...(firstBuilt === undefined
      ? []
      : [
          `First built at ${exact(firstBuilt)}; deliveries came or were ingested again since, and the build that stands here found the same bytes.`,
        ]),
    ...(published > 1
      ? [`Published ${countText(published)} times: once more with each request to build it again.`]
      : []),
    ...(dueSince === undefined
      ? []
      : again
        ? ["When it was ready for the first build is not kept."]
        : [
            `It has become due again since, at ${exact(dueSince)}; when it was before this build is not kept.`,
          ]),
  ];
}

import type { WindowState } from "../../../server/window/model";
import { LinkButton } from "../../_ui/link-button";
import { reprocessHref } from "../../reprocess/ranges";
import type { SelectedWindows } from "./selection-bar";

/** States that "missing and failed" is about. */
const NOT_MADE: ReadonlySet<WindowState> = new Set(["failed", "waiting"]);

/** The form of a reprocess with what is selected, and with the windows that the filter is nearest to; its dry run says which they are. */
export function ReprocessSelected({ selected: { ranges, states, stale } }: { selected: SelectedWindows }) {
  const unmade = states?.every((state) => NOT_MADE.has(state)) === true;
  const which = stale ? "stale" : unmade ? "missing-failed" : "all";
  return (
    <LinkButton href={`${reprocessHref(ranges)}&which=${which}`} look="primary">
      Reprocess…
    </LinkButton>
  );
}

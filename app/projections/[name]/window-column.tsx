import Link from "next/link";
import type { ProjectedWindow } from "../../_trpc/outputs";
import { Span } from "../../_ui/instant";
import type { Column } from "../../_ui/table";
import { windowHref } from "../../windows/window-href";

/** The window that a line is of, with the way to its page. */
export const WINDOW_COLUMN: Column<ProjectedWindow> = {
  head: "Window",
  cell: (window) => (
    <span className="flex flex-col">
      <Link href={windowHref(window)} className="link self-start">
        <Span start={window.start} end={window.end} />
      </Link>
      <span className="text-muted">{window.dataset}</span>
    </span>
  ),
};

import Link from "next/link";
import { Page } from "../../../_ui/page";

/** An address whose time is none. */
export default function NoSuchTime() {
  return (
    <Page
      title="There is no such window"
      sentence="The address of a window ends with its start in UTC, such as 2026-11-24T14:00:00Z; this one does not."
    >
      <p>
        <Link href="/windows" className="link">
          See all windows
        </Link>{" "}
        and look from there.
      </p>
    </Page>
  );
}

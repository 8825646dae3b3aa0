import Link from "next/link";
import { DAY, type Micros } from "../../../../server/observation/time";
import { instantText } from "../../../_ui/format";
import { Page, Panel } from "../../../_ui/page";
import { Empty } from "../../../_ui/states";
import { windowHref, windowsHref } from "../../window-href";

/** Stands where nothing claims or touches the time of an address, or its dataset does not exist. */
export function NoWindow({
  dataset,
  start,
  why,
  instead,
}: {
  dataset: string;
  start: Micros;
  why: string;
  /** Start of the window that holds that instant. */
  instead?: Micros | undefined;
}) {
  const day = Math.floor(start / DAY) * DAY;
  return (
    <Page
      above={
        <Link href="/windows" className="link">
          Windows
        </Link>
      }
      title="There is no such window"
      sentence={`${dataset}, from ${instantText(start)}`}
    >
      <Panel title="No window">
        <Empty title={`${why}.`}>
          <p>
            A window is there as soon as a delivery claims its time or puts rows into it, and goes when its
            last delivery does before it was built. Its start may be another since the dataset's span was
            changed.
          </p>
          <p className="mt-2 flex flex-wrap gap-x-4">
            {instead === undefined ? undefined : (
              <Link href={windowHref({ dataset, start: instead })} className="link">
                The window from {instantText(instead)}
              </Link>
            )}
            <Link href={windowsHref(dataset, { start: day, end: day + DAY })} className="link">
              Windows of that day
            </Link>
            <Link href="/windows" className="link">
              All windows
            </Link>
            <Link href="/datasets" className="link">
              Datasets
            </Link>
          </p>
        </Empty>
      </Panel>
    </Page>
  );
}

import Link from "next/link";
import { DAY, type Micros } from "../../../../server/observation/time";
import { windowsHref } from "../../window-href";

/** The way from a window to those of its dataset, and to those of its day. */
export function Beside({ dataset, start }: { dataset: string; start: Micros }) {
  const day = Math.floor(start / DAY) * DAY;
  return (
    <nav aria-label="Windows beside this one" className="flex flex-wrap gap-x-4">
      <Link href={`/windows?dataset=${encodeURIComponent(dataset)}`} className="link">
        Windows of {dataset}
      </Link>
      <Link href={windowsHref(dataset, { start: day, end: day + DAY })} className="link">
        Windows of that day
      </Link>
    </nav>
  );
}

import Link from "next/link";
import { Empty } from "../../_ui/states";

/** What stands where no dataset has a row: there are none yet, or the address names one that is not there. */
export function NoRows({ dataset }: { dataset: string | undefined }) {
  if (dataset !== undefined)
    return (
      <Empty title={`There is no dataset ${dataset}`}>
        Choose one of those above, or{" "}
        <Link href="/windows" className="link">
          see the windows of all
        </Link>
        .
      </Empty>
    );
  return (
    <Empty title="No datasets yet">
      Here stands a row for each dataset, and in it a cell for each window: built, waiting for a delivery, or
      failed. A dataset comes with its{" "}
      <Link href="/sources" className="link">
        source
      </Link>
      .
    </Empty>
  );
}

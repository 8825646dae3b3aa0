import type { Micros } from "../../../../server/observation/time";
import { Instant } from "../../../_ui/instant";

/** Says that a revision's file is not there, and what is known all the same. `removedAt`: when retention deleted it. */
export function GoneFile({ revision, removedAt }: { revision: number; removedAt: Micros | undefined }) {
  if (removedAt === undefined)
    return <p>The file of revision {revision} is not in the store; only counts are known.</p>;
  return (
    <p>
      The file of revision {revision} was deleted on <Instant at={removedAt} /> by retention; only counts are
      known.
    </p>
  );
}

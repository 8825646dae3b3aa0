import type { Schedule } from "../../../_trpc/outputs";
import { Button } from "../../../_ui/button";
import { durationText } from "../../../_ui/format";
import { OvertakenNotice } from "../../../_ui/overtaken-notice";

/** So many others are offered to be changed instead; of more nobody can say which is meant. */
const MOST_OFFERED = 3;

const inWords = ({ interval, windowSize, lag }: Schedule) =>
  `every ${durationText(interval)} for ${durationText(windowSize)} with a lag of ${durationText(lag)}`;

/** Says that the schedule which is being changed is there no more, and which came since; what is typed can go on as a change of that, or as one more. */
export function GoneSchedule({
  gone,
  came,
  goOn,
  drop,
}: {
  gone: Schedule;
  came: readonly Schedule[];
  goOn: (as: Schedule | undefined) => void;
  drop: () => void;
}) {
  return (
    <OvertakenNotice
      actions={
        <>
          {came.length > MOST_OFFERED
            ? null
            : came.map((each) => (
                <Button key={each.id} onPress={() => goOn(each)}>{`Change the one ${inWords(each)}`}</Button>
              ))}
          <Button onPress={() => goOn(undefined)}>Add mine as one more</Button>
          <Button onPress={drop}>Drop mine</Button>
        </>
      }
    >
      <p>
        {`Somebody else has ${came.length === 0 ? "removed" : "changed or removed"} this schedule while you were typing: the one ${inWords(gone)} is there no more.`}
        {came.length === 0 ? "" : ` There is now: ${came.map(inWords).join("; ")}.`} What you have typed still
        stands in the fields.
      </p>
    </OvertakenNotice>
  );
}

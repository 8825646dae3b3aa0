import { formatDuration, formatInstant, type Micros } from "../observation/time";
import type { Window } from "../window/model";
import type { ReprocessedWindow, ReprocessingView, ReprocessPreview } from "./model";

const at = (instant: Micros | undefined) => (instant === undefined ? null : formatInstant(instant));

const spanLine = ({ dataset, start, end }: { dataset: string; start: Micros; end: Micros }) => ({
  dataset,
  start: formatInstant(start),
  end: formatInstant(end),
});

/** A reprocess as `--json` shows it: instants as text. */
export function reprocessLine({
  counts,
  ranges,
  madeAt,
  endedAt,
  perMinute,
  remaining,
  note,
  ...rest
}: ReprocessingView) {
  const { outcomes, ...sums } = counts;
  return {
    ...rest,
    note: note ?? null,
    ranges: ranges.map(spanLine),
    ...sums,
    ...outcomes,
    perMinute: perMinute === undefined ? null : Math.round(perMinute * 10) / 10,
    remaining: remaining === undefined ? null : formatDuration(remaining),
    madeAt: formatInstant(madeAt),
    endedAt: at(endedAt),
  };
}

export function reprocessedLine({ start, end, begunAt, endedAt, hasPage: _, ...rest }: ReprocessedWindow) {
  return {
    ...rest,
    ...spanLine({ dataset: rest.dataset, start, end }),
    outcome: rest.outcome ?? null,
    reason: rest.reason ?? null,
    revisionBefore: rest.revisionBefore ?? null,
    revisionAfter: rest.revisionAfter ?? null,
    begunAt: at(begunAt),
    endedAt: at(endedAt),
  };
}

export function previewLine({ leftOut, alreadyAsked, ...rest }: ReprocessPreview) {
  const told = <Group extends { readonly examples: readonly Window[] }>(group: Group) => ({
    ...group,
    examples: group.examples.map(spanLine),
  });
  return { ...rest, leftOut: leftOut.map(told), alreadyAsked: alreadyAsked.map(told) };
}

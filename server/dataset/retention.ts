import { z } from "zod";
import { Invalid } from "../errors";
import {
  DAY,
  formatDuration,
  formatInstant,
  HOUR,
  MINUTE,
  type Micros,
  parseDuration,
} from "../observation/time";
import type { Catalog, Dataset } from "../ports/catalog";
import type { Ledger } from "../ports/ledger";
import type {
  DeletionKind,
  RetentionFinding,
  RetentionKind,
  RetentionRun,
  RetentionRuns,
  Retentions,
} from "../ports/retention";
import type { Transactions } from "../ports/transactions";
import { SettingDuration } from "./setting-duration";

export const FOR_EVER = "for-ever";

const KINDS: readonly RetentionKind[] = ["points", "payloads", "revisions"];

/** Less would take what somebody works with; more is a slip of the hand. */
const SHORTEST: Micros = HOUR;
const LONGEST: Micros = 36_525 * DAY;

/** `for-ever`, or an ISO 8601 duration. @returns µs, or the word */
export const Keep = z.string().transform((text, context): Micros | typeof FOR_EVER => {
  if (text === FOR_EVER) return FOR_EVER;
  const keep = parseDuration(text);
  if (keep !== undefined && keep >= SHORTEST && keep <= LONGEST) return keep;
  const what = keep === undefined ? "is no ISO 8601 duration" : "is not between PT1H and P36525D";
  context.addIssue(`"${text}" ${what}; write P30D or P1Y, or ${FOR_EVER}`);
  return z.NEVER;
});

/** What a person asks to be kept for how long; what is left out stays. */
export const KeepSettings = z.object({
  keepPoints: Keep.optional(),
  keepPayloads: Keep.optional(),
  keepRevisions: Keep.optional(),
});
export type KeepSettings = z.infer<typeof KeepSettings>;

const FIELD = { points: "keepPoints", payloads: "keepPayloads", revisions: "keepRevisions" } as const;

/** @throws Invalid for a kind that nothing here deletes */
export function changedRetention(
  before: Dataset["retention"],
  change: KeepSettings,
  available: Retentions,
): NonNullable<Dataset["retention"]> {
  const after: Partial<Record<RetentionKind, Micros>> = { ...before };
  for (const kind of KINDS) {
    const keep = change[FIELD[kind]];
    if (keep === undefined) continue;
    delete after[kind];
    if (keep === FOR_EVER) continue;
    if (available[kind] === undefined)
      throw new Invalid(`this version cannot delete ${WORDS[kind]} yet; leave that setting at ${FOR_EVER}`);
    after[kind] = keep;
  }
  return after;
}

/** The settings as people write them. */
export function shownRetention(
  retention: Dataset["retention"],
): Readonly<Record<(typeof FIELD)[RetentionKind], string>> {
  const shown = (kind: RetentionKind) => {
    const keep = retention?.[kind];
    return keep === undefined ? FOR_EVER : formatDuration(keep);
  };
  return { keepPoints: shown("points"), keepPayloads: shown("payloads"), keepRevisions: shown("revisions") };
}

const WORDS: Readonly<Record<RetentionKind, string>> = {
  points: "points",
  payloads: "payloads",
  revisions: "files of superseded revisions",
};

/** What a setting means, in words. @param afterExport whether points go as soon as all that is made of them is projected */
export function retentionSentence(
  kind: RetentionKind,
  keep: Micros | undefined,
  afterExport = false,
): string {
  const what = kind === "revisions" ? "superseded revisions" : kind;
  if (kind === "points" && afterExport)
    return `points are deleted once they are exported and may no longer change${keep === undefined ? "" : `, at the latest ${inWords(keep)} after they were received`}; they come back from their payload where they are needed`;
  if (keep === undefined) return `${what} are kept for ever`;
  const since = kind === "revisions" ? "after they were superseded" : "after they were received";
  const rests = kind === "revisions" ? "; their rows stay" : "";
  return `${WORDS[kind]} are deleted ${inWords(keep)} ${since}${rests}`;
}

function inWords(duration: Micros): string {
  let rest = duration;
  const parts: string[] = [];
  for (const [unit, word] of [
    [DAY, "day"],
    [HOUR, "hour"],
    [MINUTE, "minute"],
    [1_000_000, "second"],
  ] as const) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${word}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "at once";
}

export interface RetentionPorts {
  readonly catalog: Pick<Catalog, "dataset">;
  readonly ledger: Pick<Ledger, "now">;
  readonly transactions: Transactions;
  readonly retentions: Retentions;
  readonly retentionRuns: Pick<RetentionRuns, "of">;
  /** Which points would go by what is exported now. @param subjectToChange how long a window may still change after its end */
  readonly previewExport: (dataset: string, subjectToChange: Micros) => Promise<RetentionFinding>;
}

const at = (instant: Micros | undefined) => (instant === undefined ? null : formatInstant(instant));

/** Of which dataset, and under which settings instead of those that stand. */
export const AsIf = KeepSettings.extend({
  dataset: z.string().min(1),
  deleteAfterExport: z.boolean().optional(),
  subjectToChange: SettingDuration.optional(),
});
export type AsIf = z.infer<typeof AsIf>;

/**
 * A dry run: what would go now under the settings asked for, and where nothing is asked under those that stand. Changes nothing. Points that go after
 * export have a line of their own where that is asked for or in force.
 * @throws NotFound; Invalid for a kind that nothing here deletes
 */
export async function previewRetention(request: AsIf, ports: RetentionPorts) {
  const { dataset, now } = await ports.transactions.run(async (tx) => ({
    dataset: await ports.catalog.dataset(request.dataset, tx),
    now: await ports.ledger.now(tx),
  }));
  const wanted = changedRetention(dataset.retention, request, ports.retentions);
  const subjectToChange = request.subjectToChange ?? dataset.settings.subjectToChange;
  const afterExport = request.deleteAfterExport ?? dataset.deleteAfterExport ?? false;
  const runs = await ports.retentionRuns.of(request.dataset);
  const ran = (kind: DeletionKind) => shownRun(runs.find((each) => each.kind === kind));
  const lines = await Promise.all(
    KINDS.map(async (kind) => {
      const keep = wanted[kind];
      const finding =
        keep === undefined
          ? undefined
          : await ports.retentions[kind]?.preview(request.dataset, kind, now - keep);
      return {
        kind: kind as DeletionKind,
        available: ports.retentions[kind] !== undefined,
        keep: keep === undefined ? FOR_EVER : formatDuration(keep),
        inForce: keep === dataset.retention?.[kind],
        means: retentionSentence(kind, keep, afterExport),
        before: keep === undefined ? null : formatInstant(now - keep),
        ...shownFinding(finding),
        ...ran(kind),
      };
    }),
  );
  if (!afterExport) return lines;
  const exported = {
    kind: "export" as DeletionKind,
    available: true,
    keep: "until they are exported",
    inForce: dataset.deleteAfterExport ?? false,
    means: "points that are exported and may no longer change are deleted, within ten minutes",
    before: null,
    ...shownFinding(await ports.previewExport(request.dataset, subjectToChange)),
    ...ran("export"),
  };
  return [...lines, exported];
}

function shownRun(run: RetentionRun | undefined) {
  return {
    lastRemovedAt: at(run?.removedAt),
    lastRemoved: run?.removed ?? 0,
    lastBytes: run?.bytes ?? 0,
    totalRemoved: run?.totalRemoved ?? 0,
    totalBytes: run?.totalBytes ?? 0,
    lookedAt: at(run?.lookedAt),
    error: run?.error ?? null,
  };
}

function shownFinding(finding: RetentionFinding | undefined) {
  return {
    things: finding?.things ?? 0,
    rows: finding?.rows ?? null,
    bytes: finding?.bytes ?? 0,
    from: at(finding?.from),
    to: at(finding?.to),
    passedOver: finding?.passedOver ?? [],
  };
}

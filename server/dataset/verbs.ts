import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Conflict } from "../errors";
import { formatDuration, formatInstant, type Micros } from "../observation/time";
import type { Catalog, Dataset } from "../ports/catalog";
import type { Ledger } from "../ports/ledger";
import type { Retentions } from "../ports/retention";
import type { Transactions, Tx } from "../ports/transactions";
import type { IncompletePolicy, SpanRule } from "../window/model";
import { changedRetention, KeepSettings, shownRetention } from "./retention";
import { SettingDuration } from "./setting-duration";
import { type CutPorts, cutAnew, differFrom } from "./span-change";

export interface DatasetVerbPorts extends CutPorts {
  readonly catalog: Pick<Catalog, "dataset" | "lockDataset" | "saveDataset" | "saveSpans" | "audit">;
  readonly ledger: Pick<Ledger, "spans" | "now">;
  readonly transactions: Transactions;
  readonly retentions: Retentions;
}

const Policy = z.union([
  z.literal("wait").transform((): IncompletePolicy => ({ kind: "wait" })),
  SettingDuration.transform((after): IncompletePolicy => ({ kind: "build-after", after })),
]);

/** Settings of a dataset that a person may change; what is left out stays. Durations are ISO 8601. */
export const SetDatasetSettings = KeepSettings.extend({
  dataset: z.string().min(1),
  /** `wait`, or for how long after it settled a window waits for missing deliveries before it is built without them. */
  policy: z
    .string()
    .transform((text, context) => {
      const parsed = Policy.safeParse(text);
      if (parsed.success) return parsed.data;
      context.addIssue(`"${text}" is neither wait nor an ISO 8601 duration from PT0S to P366D, such as PT6H`);
      return z.NEVER;
    })
    .optional(),
  /** For how long after its end a window may still change. */
  subjectToChange: SettingDuration.optional(),
  /** Judged by the rules of windows, where it is used. */
  span: z.string().optional(),
  /** Whether points go once all that was made of them is settled and projected. */
  deleteAfterExport: z.boolean().optional(),
  /** The stamp of the settings that were seen: others are not changed. Left out: whatever stands. */
  seen: z.string().optional(),
});
export type SetDatasetSettings = z.infer<typeof SetDatasetSettings>;

/** As people write them: durations in ISO 8601, instants with `Z`. */
export interface DatasetSettings {
  readonly dataset: string;
  /** `wait`, or the duration after which a window is built without what is missing. */
  readonly policy: string;
  readonly subjectToChange: string;
  /** Whether points go once all that was made of them is settled and projected; payloads stay. */
  readonly deleteAfterExport: boolean;
  /** The span in force. */
  readonly span: string;
  /** A span that is decided and not yet in force. */
  readonly nextSpan: { readonly span: string; readonly from: string } | null;
  /** `for-ever`, or after how long what goes. */
  readonly keepPoints: string;
  readonly keepPayloads: string;
  readonly keepRevisions: string;
  /** Another one as soon as somebody changes any of these; the passing of time changes nothing. */
  readonly stamp: string;
}

/** The settings of one dataset. @throws NotFound */
export function datasetSettings(
  name: string,
  ports: Pick<DatasetVerbPorts, "catalog" | "ledger" | "transactions">,
): Promise<DatasetSettings> {
  return ports.transactions.run(async (tx) => {
    const dataset = await ports.catalog.dataset(name, tx);
    return shown(dataset, await ports.ledger.spans(tx, name), await ports.ledger.now(tx));
  });
}

/**
 * Changes settings of a dataset in one transaction: the settings, the entry in the audit, and the mark on each window that has to be judged again. A
 * change of span takes effect at the first instant after now that is a window boundary under both spans, and what is there of later rows
 * is cut anew (SEMANTICS 4). What is built and owes nothing is not touched. The same call twice changes nothing the second time.
 * @returns the settings as they are now, and how many windows are judged again
 * @throws NotFound; Invalid with a sentence for a span that cannot be; Conflict where other settings than those that were seen stand
 */
export function setDatasetSettings(
  request: SetDatasetSettings,
  ports: DatasetVerbPorts,
): Promise<ChangedSettings> {
  return ports.transactions.run((tx) => changeDatasetSettings(tx, request, ports));
}

export type ChangedSettings = DatasetSettings & { readonly changed: boolean; readonly judgedAgain: number };

/** As `setDatasetSettings`, in a transaction that does more; nothing of the dataset is locked in it yet. */
export async function changeDatasetSettings(
  tx: Tx,
  request: SetDatasetSettings,
  ports: Omit<DatasetVerbPorts, "transactions">,
): Promise<ChangedSettings> {
  const name = request.dataset;
  const before = await ports.catalog.lockDataset(tx, name);
  const rules = await ports.ledger.spans(tx, name);
  const now = await ports.ledger.now(tx);
  const was = shown(before, rules, now);
  if (request.seen !== undefined && request.seen !== was.stamp) {
    throw new Conflict(
      `the settings of ${name} were changed elsewhere since they were shown here; look at them as they are now, then change them`,
    );
  }
  const changedRules = request.span === undefined ? rules : ports.spans.changeSpan(rules, request.span, now);
  const from = differFrom(rules, changedRules);
  const after = {
    ...changed(before, request, changedRules),
    retention: changedRetention(before.retention, request, ports.retentions),
  };
  const answer = shown(after, changedRules, now);
  if (isDeepStrictEqual(was, answer)) return { ...answer, changed: false, judgedAgain: 0 };

  await ports.catalog.saveDataset(tx, after);
  await ports.catalog.audit(tx, {
    who: "local",
    what: "dataset set",
    subject: name,
    before: audited(was),
    after: audited(answer),
  });
  let judgedAgain = 0;
  if (!isDeepStrictEqual(before.settings, after.settings))
    judgedAgain = await ports.datasetWindows.judgeUnfinished(tx, name);
  if (from !== undefined) {
    await ports.catalog.saveSpans(tx, name, changedRules);
    await cutAnew(tx, name, before.identity, changedRules, from, ports);
  }
  return { ...answer, changed: true, judgedAgain };
}

function changed(before: Dataset, request: SetDatasetSettings, rules: readonly SpanRule[]): Dataset {
  const subjectToChange = request.subjectToChange ?? before.settings.subjectToChange;
  return {
    ...before,
    metadata: {
      ...before.metadata,
      aggregation_span:
        request.span === undefined
          ? before.metadata.aggregation_span
          : (rules.at(-1)?.declared ?? before.metadata.aggregation_span),
      subject_to_change_window: formatDuration(subjectToChange),
    },
    settings: { subjectToChange, policy: request.policy ?? before.settings.policy },
    deleteAfterExport: request.deleteAfterExport ?? before.deleteAfterExport ?? false,
  };
}

function shown(dataset: Dataset, rules: readonly SpanRule[], now: Micros): DatasetSettings {
  const { policy, subjectToChange } = dataset.settings;
  const inForce = rules.findLast((rule) => rule.from <= now) ?? rules[0];
  const next = rules.find((rule) => rule.from > now);
  const settings = {
    policy: policy.kind === "wait" ? "wait" : formatDuration(policy.after),
    subjectToChange: formatDuration(subjectToChange),
    deleteAfterExport: dataset.deleteAfterExport ?? false,
    ...shownRetention(dataset.retention),
  };
  return {
    dataset: dataset.metadata.name,
    ...settings,
    span: inForce?.declared ?? dataset.metadata.aggregation_span,
    nextSpan: next ? { span: next.declared, from: formatInstant(next.from) } : null,
    stamp: createHash("sha256")
      .update(JSON.stringify([settings, rules.at(-1)?.declared, rules.length]))
      .digest("hex")
      .slice(0, 16),
  };
}

/** The audit tells settings, not what tells pages of them. */
function audited({ stamp: _, ...settings }: DatasetSettings) {
  return settings;
}

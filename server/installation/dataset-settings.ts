import type { DatasetBlock } from "../../config/settings-blocks";
import { FOR_EVER, shownRetention } from "../dataset/retention";
import { changeDatasetSettings, type DatasetVerbPorts } from "../dataset/verbs";
import { DAY, formatDuration, type Micros, parseDuration } from "../observation/time";
import type { Catalog, Dataset } from "../ports/catalog";
import type { Tx } from "../ports/transactions";

/** The settings of a dataset as a file writes them. */
type Written = { readonly [Key in keyof DatasetBlock]-?: string | boolean };
type Named = ReadonlyMap<string, DatasetBlock>;

const KINDS = ["points", "payloads", "revisions"] as const;

/** A dataset that nobody has set: what a source's kind says of one stands beside it. */
const UNTOUCHED = {
  policy: "wait",
  delete_after_export: false,
  keep_points: FOR_EVER,
  keep_payloads: FOR_EVER,
  keep_revisions: FOR_EVER,
} as const;

/** What a file says of datasets, by their names. */
export function namedDatasets(blocks: Readonly<Record<string, DatasetBlock>> | undefined): Named {
  return new Map(Object.entries(blocks ?? {}));
}

/** A dataset as it is made where settings speak of it: none of its windows is there yet, so that nothing follows from the change. */
export function withSettings(dataset: Dataset, named: Named): Dataset {
  const block = named.get(dataset.metadata.name);
  if (!block) return dataset;
  const subjectToChange = block.subject_to_change ?? dataset.settings.subjectToChange;
  const retention = { ...dataset.retention };
  for (const kind of KINDS) {
    const keep = block[`keep_${kind}`];
    if (keep === FOR_EVER) delete retention[kind];
    else if (keep !== undefined) retention[kind] = keep;
  }
  return {
    ...dataset,
    metadata: {
      ...dataset.metadata,
      aggregation_span: block.span === undefined ? dataset.metadata.aggregation_span : spanText(block.span),
      subject_to_change_window: formatDuration(subjectToChange),
    },
    settings: { subjectToChange, policy: block.policy ?? dataset.settings.policy },
    deleteAfterExport: block.delete_after_export ?? dataset.deleteAfterExport ?? false,
    retention,
  };
}

/** Without years: a span says none. */
function spanText(span: Micros): string {
  if (span < 365 * DAY) return formatDuration(span);
  const days = Math.floor(span / DAY);
  const rest = span - days * DAY;
  return `P${days}D${rest === 0 ? "" : formatDuration(rest).slice(1)}`;
}

/** Of a change of span that is decided and not yet in force, the span to come. */
function written({ metadata, settings, deleteAfterExport, retention }: Dataset): Written {
  const { keepPoints, keepPayloads, keepRevisions } = shownRetention(retention);
  return {
    span: spanText(parseDuration(metadata.aggregation_span) ?? 0),
    subject_to_change: formatDuration(settings.subjectToChange),
    policy: settings.policy.kind === "wait" ? "wait" : formatDuration(settings.policy.after),
    delete_after_export: deleteAfterExport ?? false,
    keep_points: keepPoints,
    keep_payloads: keepPayloads,
    keep_revisions: keepRevisions,
  };
}

/** What the kinds of the sources that feed a dataset say of it. */
export interface DatasetByKind {
  readonly name: string;
  readonly span: string;
  readonly subjectToChange: string;
}

/** The settings of datasets that no source's kind gives by itself; of a dataset that no source feeds, all that nobody gives by default. */
export function datasetBlocks(
  datasets: readonly Dataset[],
  byKind: readonly DatasetByKind[],
): Readonly<Record<string, Partial<Written>>> {
  const blocks = datasets.map((dataset) => {
    const { name } = dataset.metadata;
    const own = byKind.filter((each) => each.name === name);
    const standard = own.map(
      ({ span, subjectToChange }): Written => ({
        ...UNTOUCHED,
        span: spanText(parseDuration(span) ?? 0),
        subject_to_change: formatDuration(parseDuration(subjectToChange) ?? 0),
      }),
    );
    const given: readonly Partial<Written>[] = standard.length > 0 ? standard : [UNTOUCHED];
    const told = Object.entries(written(dataset)).filter(([key, value]) =>
      given.some((each) => each[key as keyof Written] !== value),
    );
    return [name, Object.fromEntries(told)] as const;
  });
  return Object.fromEntries(blocks.filter(([, block]) => Object.keys(block).length > 0));
}

/** Which settings of which datasets are otherwise; of a dataset that is not there, nothing. */
export function changedDatasets(
  named: Named,
  present: readonly Dataset[],
): readonly { readonly name: string; readonly otherwise: readonly string[] }[] {
  return present.flatMap((dataset) => {
    const is = written(dataset);
    const wanted = written(withSettings(dataset, named));
    const keys = (Object.keys(is) as (keyof Written)[]).filter((key) => is[key] !== wanted[key]);
    if (keys.length === 0) return [];
    const otherwise = keys.map((key) => `${key} is ${is[key]}, the settings say ${wanted[key]}`);
    return [{ name: dataset.metadata.name, otherwise }];
  });
}

export interface DatasetPorts extends Omit<DatasetVerbPorts, "catalog" | "transactions"> {
  readonly catalog: DatasetVerbPorts["catalog"] & Pick<Catalog, "datasets">;
}

/**
 * Sets datasets as the settings say, as a person would: windows that are not finished are judged again, a span begins at a boundary of both. For a transaction
 * that has locked nothing of datasets yet; they are locked by their names' order.
 */
export async function applyDatasets(tx: Tx, named: Named, ports: DatasetPorts): Promise<void> {
  const changed = changedDatasets(named, await ports.catalog.datasets(tx)).map(({ name }) => name);
  for (const name of changed.toSorted()) {
    const { span, ...block } = named.get(name) ?? {};
    await changeDatasetSettings(
      tx,
      {
        dataset: name,
        span: span === undefined ? undefined : spanText(span),
        subjectToChange: block.subject_to_change,
        policy: block.policy,
        deleteAfterExport: block.delete_after_export,
        keepPoints: block.keep_points,
        keepPayloads: block.keep_payloads,
        keepRevisions: block.keep_revisions,
      },
      ports,
    );
  }
}

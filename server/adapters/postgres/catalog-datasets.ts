import type { dataset as DatasetRow, PrismaClient } from "../../../prisma/generated/client";
import { NotFound } from "../../errors";
import { Link } from "../../observation/model";
import { formatDuration } from "../../observation/time";
import type { Catalog, Dataset } from "../../ports/catalog";
import type { Tx } from "../../ports/transactions";
import { acceptSpan } from "../../window/align";
import type { SpanRule } from "../../window/model";
import type { Database } from "./database";
import { lockSettings, shareSettings } from "./settings-lock";

type DatasetHalf = Pick<
  Catalog,
  "datasets" | "dataset" | "lockDataset" | "ensureDataset" | "saveDataset" | "saveSpans"
>;

/** Datasets, their settings and span histories in PostgreSQL. */
export class PostgresDatasets implements DatasetHalf {
  constructor(protected readonly db: Database) {}

  private tables(tx: Tx | undefined): Pick<PrismaClient, "dataset" | "dataset_span"> {
    return tx ? this.db.client(tx) : this.db.prisma;
  }

  async datasets(tx?: Tx): Promise<readonly Dataset[]> {
    return (await this.tables(tx).dataset.findMany({ orderBy: { name: "asc" } })).map(datasetOf);
  }

  async dataset(name: string, tx?: Tx): Promise<Dataset> {
    // Whoever judges by these settings stores the judgement before anybody changes them: else it would come after the call to judge again.
    if (tx) await shareSettings(this.db, tx, name);
    const row = await this.tables(tx).dataset.findUnique({ where: { name } });
    if (!row) throw new NotFound(`no dataset "${name}"`, { shownBy: "ionbeam dataset list shows them" });
    return datasetOf(row);
  }

  async lockDataset(tx: Tx, name: string): Promise<Dataset> {
    await lockSettings(this.db, tx, name);
    return this.dataset(name, tx);
  }

  async ensureDataset(tx: Tx, dataset: Dataset): Promise<void> {
    const name = dataset.metadata.name;
    const { count } = await this.tables(tx).dataset.createMany({
      data: [{ name, ...datasetRow(dataset) }],
      skipDuplicates: true,
    });
    if (count === 0) return;
    const { span, declared } = acceptSpan(dataset.metadata.aggregation_span);
    await this.tables(tx).dataset_span.createMany({
      // The first rule holds for all of the past: the earliest instant that a µs number can name.
      data: [
        {
          dataset: name,
          from_us: BigInt(Number.MIN_SAFE_INTEGER),
          span_us: BigInt(span),
          declared,
        },
      ],
      skipDuplicates: true,
    });
    await this.db.notify(tx, { noun: "dataset", key: name });
  }

  async saveDataset(tx: Tx, dataset: Dataset): Promise<void> {
    await this.tables(tx).dataset.update({
      where: { name: dataset.metadata.name },
      data: datasetRow(dataset),
    });
    await this.db.notify(tx, { noun: "dataset", key: dataset.metadata.name });
  }

  async saveSpans(tx: Tx, name: string, rules: readonly SpanRule[]): Promise<void> {
    await this.tables(tx).dataset_span.deleteMany({ where: { dataset: name } });
    await this.tables(tx).dataset_span.createMany({
      data: rules.map(({ from, span, declared }) => ({
        dataset: name,
        from_us: BigInt(from),
        span_us: BigInt(span),
        declared,
      })),
    });
  }
}

function datasetOf(row: DatasetRow): Dataset {
  return {
    metadata: {
      name: row.name,
      description: row.description,
      aggregation_span: row.declared_span,
      source_links: Link.array().parse(row.source_links),
      keywords: row.keywords,
      subject_to_change_window: formatDuration(Number(row.subject_to_change_us)),
    },
    identity: row.identity,
    mobile: row.mobile,
    personal: row.personal,
    floor: Number(row.floor_us),
    settings: {
      subjectToChange: Number(row.subject_to_change_us),
      policy:
        row.policy === "build-after"
          ? { kind: "build-after", after: Number(row.build_after_us ?? 0) }
          : { kind: "wait" },
    },
    deleteAfterExport: row.delete_after_export,
    licence: row.licence,
    attribution: row.attribution,
    synthetic: row.synthetic,
    retention: {
      ...(row.keep_points_us === null ? {} : { points: Number(row.keep_points_us) }),
      ...(row.keep_payloads_us === null ? {} : { payloads: Number(row.keep_payloads_us) }),
      ...(row.keep_revisions_us === null ? {} : { revisions: Number(row.keep_revisions_us) }),
    },
  };
}

/** A dataset that says nothing about retention is kept as it is configured. */
function retentionRow({ retention }: Dataset) {
  if (retention === undefined) return {};
  const column = (keep: number | undefined) => (keep === undefined ? null : BigInt(keep));
  return {
    keep_points_us: column(retention.points),
    keep_payloads_us: column(retention.payloads),
    keep_revisions_us: column(retention.revisions),
  };
}

function datasetRow(dataset: Dataset) {
  const { metadata, settings } = dataset;
  return {
    description: metadata.description,
    keywords: [...metadata.keywords],
    source_links: metadata.source_links,
    declared_span: metadata.aggregation_span,
    subject_to_change_us: BigInt(settings.subjectToChange),
    policy: settings.policy.kind,
    build_after_us: settings.policy.kind === "build-after" ? BigInt(settings.policy.after) : null,
    identity: [...dataset.identity],
    mobile: dataset.mobile,
    personal: [...dataset.personal],
    floor_us: BigInt(dataset.floor),
    delete_after_export: dataset.deleteAfterExport ?? false,
    licence: dataset.licence,
    attribution: dataset.attribution,
    synthetic: dataset.synthetic,
    ...retentionRow(dataset),
  };
}

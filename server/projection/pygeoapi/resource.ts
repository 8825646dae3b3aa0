import type { Interval } from "../../observation/interval";
import { formatInstant } from "../../observation/time";
import type { DatasetExtent, ShowInput } from "../plugin";

/** What our part of one collection says. */
export interface Resource {
  readonly title: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly links: readonly ResourceLink[];
  readonly bbox: readonly [number, number, number, number];
  readonly time: { readonly begin: string; readonly end: string };
  /** Folder that the provider reads. */
  readonly source: string;
  readonly fields: { readonly id: string; readonly time: string; readonly x: string; readonly y: string };
}

interface ResourceLink {
  readonly type: string;
  readonly rel: string;
  readonly title: string;
  readonly href: string;
}

const WHOLE_GLOBE = [-180, -90, 180, 90] as const;

/**
 * The collection of a dataset. The extents are those of the data; only a dataset without any position is said to be anywhere.
 * @param source folder that the provider reads
 */
export function resourceOf(
  input: Pick<ShowInput, "dataset" | "datasetColumns" | "rights" | "synthetic">,
  extent: DatasetExtent,
  source: string,
): Resource {
  const { dataset, rights, synthetic, datasetColumns } = input;
  const axis = (role: string, otherwise: string) =>
    datasetColumns.find((column) => column.role === role)?.name ?? otherwise;
  const said = rights.flatMap(({ licence, attribution }) => [
    licence && `Licence: ${licence}.`,
    attribution && `Attribution: ${attribution}`,
  ]);
  return {
    title: synthetic ? `${dataset.name} (synthetic)` : dataset.name,
    description: [dataset.description, synthetic && "Synthetic: made up, not measured.", ...said]
      .filter(Boolean)
      .join(" "),
    keywords: dataset.keywords,
    links: [
      ...dataset.source_links.map(({ mime_type, title, href }) => ({
        type: mime_type,
        rel: "canonical",
        title,
        href,
      })),
      ...rights.flatMap(({ licence }) => licenceLinks(licence)),
    ],
    bbox: extent.bbox ?? WHOLE_GLOBE,
    time: timeOf(extent.time),
    source,
    fields: {
      id: "id",
      time: axis("time", "datetime"),
      x: axis("longitude", "lon"),
      y: axis("latitude", "lat"),
    },
  };
}

function licenceLinks(licence: string): readonly ResourceLink[] {
  const [href] = /https?:\/\/[^\s)>\]]+/.exec(licence) ?? [];
  return href ? [{ type: "text/html", rel: "license", title: licence, href }] : [];
}

function timeOf({ start, end }: Interval): Resource["time"] {
  return { begin: formatInstant(start), end: formatInstant(end) };
}

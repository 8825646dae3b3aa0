import { z } from "zod";
import type { DatasetFiles, SizeOf } from "../ports/dataset-files";
import type { Views } from "../ports/views";
import { type SizeUnit, sizeSpans } from "./size-spans";

export const AskSizes = z.object({
  name: z.string().min(1),
  unit: z.enum(["day", "month"]),
  /** µs since the epoch, UTC; left out: the end of the newest window. */
  until: z.number().int().optional(),
});

export interface Sizes {
  readonly unit: SizeUnit;
  readonly bars: readonly SizeOf[];
  /** Whether there is anything before and after the bars. */
  readonly earlier: boolean;
  readonly later: boolean;
}

/** Rows, stations and bytes of a dataset's current files by days or months. @returns null where no window has an output @throws NotFound */
export async function datasetSizes(
  { name, unit, until }: z.infer<typeof AskSizes>,
  ports: { readonly views: Pick<Views, "dataset">; readonly datasetFiles: DatasetFiles },
): Promise<Sizes | null> {
  const extent = await ports.datasetFiles.extent(name);
  if (extent === undefined) {
    // Nothing of a dataset that is there is another thing than a dataset that is not.
    await ports.views.dataset(name);
    return null;
  }
  const spans = sizeSpans(unit, until ?? extent.end);
  const [first, last] = [spans[0]?.start ?? 0, spans.at(-1)?.end ?? 0];
  return {
    unit,
    bars: await ports.datasetFiles.sizes(name, spans),
    earlier: extent.start < first,
    later: extent.end > last,
  };
}

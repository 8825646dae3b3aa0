import { Transient } from "../../errors";
import type { Interval } from "../../observation/interval";
import type { Files } from "../../ports/files";
import type { SeriesFile, SeriesRead, SeriesRef, TimeSeries } from "../../ports/time-series";

/**
 * The time series as Parquet segments, one per delivery and generation, found by name: a build opens the files of its own deliveries and no other,
 * however long the history is.
 */
export class ParquetTimeSeries implements TimeSeries {
  constructor(private readonly files: Files) {}

  async write(ref: SeriesRef, pointsFile: string): Promise<void> {
    await this.files.adopt(pointsFile, segmentKey(ref));
  }

  async read(refs: readonly SeriesRef[], _interval: Interval): Promise<SeriesRead> {
    const files: SeriesFile[] = [];
    for (const ref of refs) {
      const key = segmentKey(ref);
      if (!(await this.files.exists(key))) {
        throw new Transient(
          `the points of delivery ${ref.delivery.slice(0, 16)} cannot be read: ${key} is missing`,
        );
      }
      files.push({ path: this.files.location(key), ref });
    }
    return { files, release: async () => undefined };
  }

  async remove(ref: SeriesRef): Promise<void> {
    await this.files.remove(segmentKey(ref));
  }
}

function segmentKey(ref: SeriesRef): string {
  return `series/${ref.dataset}/${ref.delivery.slice(0, 2)}/${ref.delivery.slice(0, 32)}-${ref.generation}.parquet`;
}

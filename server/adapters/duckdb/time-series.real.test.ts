import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { timeSeriesContract } from "../../ports/time-series.contract";
import { FolderFiles } from "../files/folder-files";
import { DuckdbColumnar } from "./columnar";
import { ParquetTimeSeries } from "./time-series";

timeSeriesContract("Parquet segments in a folder", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "series-"));
  const files = new FolderFiles(path.join(root, "files"));
  const columnar = new DuckdbColumnar({ tempDirectory: path.join(root, "tmp") });
  return {
    series: new ParquetTimeSeries(files),
    columnar,
    scratch: () => files.scratch("points.parquet"),
    close: async () => {
      await columnar.close();
      await rm(root, { recursive: true, force: true });
    },
  };
});

import { Invalid } from "./errors";
import type { Interval } from "./observation/interval";
import { DAY, type Micros } from "./observation/time";
import type { Catalog } from "./ports/catalog";
import type { CoveredWindow, DayLedger, PlannedFile } from "./ports/day-ledger";
import type { Files } from "./ports/files";
import type { GroupedFile, RowGroups } from "./ports/row-groups";
import type { Views } from "./ports/views";
import { projectionOfDays } from "./projection/of-days";
import type { ProjectionPlugin } from "./projection/plugin";
import { exportedName } from "./projection/pygeoapi/geoparquet";

/** Each file's footer is read: more than this is more than a page can show. */
const LONGEST = 31 * DAY;

export interface PlanReading {
  readonly name: string;
  /** [from, to), µs. */
  readonly from: Micros;
  readonly to: Micros;
}

export interface ReadingPorts {
  readonly catalog: Pick<Catalog, "dataset" | "projections">;
  readonly views: Pick<Views, "dataset">;
  readonly days: Pick<DayLedger, "files">;
  readonly files: Pick<Files, "keyOf" | "facts">;
  readonly rowGroups: RowGroups;
  readonly projectionPlugins: readonly ProjectionPlugin[];
}

/** A file that a reader opens: by range requests on `/api/files/<key>`, only what its view needs. */
export interface ReadingFile extends GroupedFile {
  readonly key: string;
  readonly bytes: number;
  readonly interval: Interval;
  /** Rows of these times are not to be shown: other files of the plan hold what replaced them. */
  readonly except: readonly Interval[];
  /** The windows of the range whose current revisions it holds. */
  readonly windows: readonly CoveredWindow[];
}

/** What a reader needs to read a dataset's current products in a range of time. */
export interface Reading {
  /** Names of the columns of the axes, and of those that make a station. */
  readonly time: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly identity: readonly string[];
  readonly mobile: boolean;
  /** Canonical columns that have another name in the files, and which. */
  readonly renamed: Readonly<Record<string, string>>;
  /** No instant is in two of them. Empty where nothing is projected yet. */
  readonly files: readonly ReadingFile[];
}

/**
 * Plans from the ledger which files hold a dataset's current products in a range of time, and tells each file's row groups.
 * @throws NotFound; Invalid for a range that is no range or longer than 31 days; Transient when a file went while it was looked at
 */
export async function planReading(request: PlanReading, ports: ReadingPorts): Promise<Reading> {
  const range = { start: request.from, end: request.to };
  if (range.end <= range.start) throw new Invalid("the range ends before it starts");
  if (range.end - range.start > LONGEST)
    throw new Invalid("a range of more than 31 days is not read at once");
  const { identity, mobile, columns: newest, otherColumns } = await ports.views.dataset(request.name);
  const columns = [...newest, ...otherColumns];
  const nameOf = (role: string, usual: string) => columns.find((each) => each.role === role)?.name ?? usual;
  const names = [...new Set([...columns.map(({ name }) => name), ...identity])];
  const renamed = Object.fromEntries(
    names
      .map((name) => [name, exportedName(name, columns)] as const)
      .filter(([name, other]) => name !== other),
  );
  const time = nameOf("time", "datetime");
  const projection = await projectionOfDays(ports);
  const planned = projection === undefined ? [] : await ports.days.files(projection, request.name, range);
  const grouped = await ports.rowGroups.of(
    planned.map(({ path }) => path),
    time,
  );
  const files = await Promise.all(planned.map((file) => readingFile(file, range, grouped, ports)));
  return {
    time,
    latitude: nameOf("latitude", "lat"),
    longitude: nameOf("longitude", "lon"),
    identity: identity.map((name) => renamed[name] ?? name),
    mobile,
    renamed,
    files: files.flat(),
  };
}

async function readingFile(
  { path, interval, except, windows }: PlannedFile,
  range: Interval,
  grouped: ReadonlyMap<string, GroupedFile>,
  { files }: Pick<ReadingPorts, "files">,
): Promise<ReadingFile[]> {
  const key = files.keyOf(path);
  const footer = grouped.get(path);
  const facts = key === undefined ? undefined : await files.facts(key);
  if (key === undefined || footer === undefined || facts === undefined) return [];
  const meets = ({ start, end }: Interval) => start < range.end && end > range.start;
  const current = windows.filter(meets);
  // A day's file that has nothing of the range is not opened for it.
  if (current.length === 0) return [];
  return [
    {
      key,
      bytes: facts.bytes,
      interval,
      except: except.filter(meets),
      windows: current.map(({ start, end, revision }) => ({ start, end, revision })),
      ...footer,
    },
  ];
}

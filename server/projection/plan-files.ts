import type { Interval } from "../observation/interval";
import { DAY, type Micros } from "../observation/time";
import type { CoveredWindow, PlannedFile } from "../ports/day-ledger";

export interface DayFile {
  readonly day: Micros;
  readonly path: string;
  readonly covered: readonly CoveredWindow[];
}

export interface WindowFile extends CoveredWindow {
  /** Paths of its products; none when it is empty. */
  readonly paths: readonly string[];
}

/**
 * The files that a reader opens for a dataset: of each day its file, less what later revisions shadow, and beside it the files of those revisions
 * (SEMANTICS 5, *Days*). No instant is in two of them.
 */
export function planFiles(days: readonly DayFile[], windows: readonly WindowFile[]): readonly PlannedFile[] {
  const current = new Set(windows.map(nameOf));
  const held = new Set(days.flatMap(({ covered }) => covered.map(nameOf)));
  const ofDays = days.map(({ day, path, covered }): PlannedFile => {
    const shadowed = (each: CoveredWindow) => !current.has(nameOf(each));
    return {
      kind: "day",
      interval: { start: day, end: day + DAY },
      path,
      except: covered.filter(shadowed).map(spanOf),
      windows: covered.filter((each) => !shadowed(each)),
    };
  });
  const ofWindows = windows
    .filter((window) => !held.has(nameOf(window)))
    .flatMap(({ paths, ...window }) =>
      paths.map(
        (path): PlannedFile => ({
          kind: "window",
          interval: spanOf(window),
          path,
          except: [],
          windows: [window],
        }),
      ),
    );
  return [...ofDays, ...ofWindows].sort((a, b) => a.interval.start - b.interval.start);
}

function nameOf({ start, end, revision }: CoveredWindow): string {
  return `${start} ${end} ${revision}`;
}

function spanOf({ start, end }: Interval): Interval {
  return { start, end };
}

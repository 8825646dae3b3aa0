import type { Interval } from "../../../server/observation/interval";
import { type Box, meets } from "./box";

/** What is known of a file before any of its rows is read. */
export interface PlannedFile {
  readonly key: string;
  /** Of all of the file. */
  readonly bytes: number;
  /** Names of its columns. */
  readonly columns: readonly string[];
  readonly except: readonly Interval[];
  readonly groups: readonly {
    readonly rows: number;
    readonly bytes: number;
    /** Where its first byte lies in the file. */
    readonly offset: number;
    /** null: none of its rows has a position. */
    readonly box: Box | null;
    /** null: not known. */
    readonly time: Interval | null;
  }[];
}

/** One row group to be read. */
export interface Group {
  readonly key: string;
  /** Bytes of all of the file. */
  readonly size: number;
  readonly group: number;
  /** Where its first byte lies in the file. */
  readonly offset: number;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows of these times are not to be shown. */
  readonly except: readonly Interval[];
}

/** A name for a row group. */
export function nameOf({ key, group }: Pick<Group, "key" | "group">): string {
  return `${key}#${group}`;
}

/**
 * The row groups that may hold a row of a range of time inside one of the boxes; the others are passed over unread.
 * @param boxes undefined: everywhere
 */
export function groupsToRead(
  files: readonly PlannedFile[],
  time: Interval,
  boxes: readonly Box[] | undefined,
): readonly Group[] {
  return files.flatMap(({ key, bytes, columns, except, groups }) =>
    groups.flatMap(({ rows, offset, box, time: of }, group) => {
      if (box === null || (boxes && !boxes.some((each) => meets(each, box)))) return [];
      if (of && !isOwed(of, time, except)) return [];
      return [{ key, size: bytes, group, offset, rows, columns, except }];
    }),
  );
}

/** The box around all row groups that may hold a row of a range of time, as far as their boxes are known; undefined where there is none. */
export function boxOfGroups(files: readonly PlannedFile[], time: Interval): Box | undefined {
  const boxes = files.flatMap(({ except, groups }) =>
    groups.flatMap(({ box, time: of }) => (box && (!of || isOwed(of, time, except)) ? [box] : [])),
  );
  if (boxes.length === 0) return undefined;
  const edge = (side: 0 | 1 | 2 | 3, pick: (...edges: number[]) => number) =>
    pick(...boxes.map((box) => box[side]));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

/** Whether something of a group's time is asked for, and not in its whole replaced by another file. */
function isOwed(of: Interval, time: Interval, except: readonly Interval[]): boolean {
  const start = Math.max(of.start, time.start);
  const end = Math.min(of.end, time.end);
  return start < end && !except.some((each) => each.start <= start && each.end >= end);
}

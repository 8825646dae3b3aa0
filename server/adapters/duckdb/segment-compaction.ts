import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { Transient } from "../../errors";
import { type Columnar, type ColumnarSession, sqlText } from "../../ports/columnar";
import type { Files } from "../../ports/files";
import { parquetShapes } from "../../ports/parquet-shape";
import type { CompactionPolicy, LoneSegment, SeriesIndex } from "../../ports/series-index";
import type { SeriesRef } from "../../ports/time-series";

export interface Compaction {
  readonly index: SeriesIndex;
  readonly columnar: Columnar;
  readonly policy: CompactionPolicy;
  readonly failPoint: (name: string) => void;
}

interface Placed extends LoneSegment {
  readonly key: string;
  readonly shape: string;
}

/**
 * Puts waiting segments of one dataset and one shape together in one file. Killed anywhere, either all of them lie in it or none, and no file is left
 * that nobody knows.
 * @returns whether there was something to do
 */
export async function compactOnce(
  keyOf: (ref: SeriesRef) => string,
  files: Files,
  compaction: Compaction,
  signal: AbortSignal,
): Promise<boolean> {
  const { index, columnar, policy } = compaction;
  const waiting = await index.candidates(policy);
  if (waiting.length === 0) return false;
  const present: LoneSegment[] = [];
  const alone: LoneSegment[] = [];
  for (const each of waiting) {
    const fits = each.rows <= policy.maxRows / 2 && (await files.exists(keyOf(each)));
    (fits ? present : alone).push(each);
  }
  if (alone.length > 0) await index.leaveAlone(alone);
  if (present.length === 0) return true;
  return columnar.session(async (session) => {
    const paths = present.map((each) => files.location(keyOf(each)));
    const shapes = await parquetShapes(session, paths);
    const placed = present.map((each, i) => ({
      ...each,
      key: keyOf(each),
      shape: shapes.get(paths[i] ?? "")?.text ?? "",
    }));
    const group = chosen(placed, policy);
    if (group.length < policy.minFiles && !group.some(({ overdue }) => overdue)) return alone.length > 0;
    if (group.length === 1) await index.leaveAlone(group);
    else await putTogether(session, group, files, compaction);
    return true;
  }, signal);
}

/** The largest group of one shape, as far as its rows fit into one file. */
function chosen(placed: readonly Placed[], { maxRows }: CompactionPolicy): readonly Placed[] {
  const groups = new Map<string, Placed[]>();
  for (const each of placed) groups.set(each.shape, [...(groups.get(each.shape) ?? []), each]);
  const [largest = []] = [...groups.values()].sort((a, b) => b.length - a.length);
  let rows = 0;
  return largest.filter((each) => {
    rows += each.rows;
    return rows <= maxRows;
  });
}

async function putTogether(
  session: ColumnarSession,
  group: readonly Placed[],
  files: Files,
  compaction: Compaction,
): Promise<void> {
  const paths = group.map(({ key }) => sqlText(files.location(key)));
  const members = group.map(
    ({ delivery, generation }, i) => `(${paths[i]}, ${sqlText(delivery)}, ${sqlText(generation)})`,
  );
  // One scan, whatever the number of files: a union of as many parts takes memory for each.
  const select = `SELECT * EXCLUDE (_file) FROM read_parquet([${paths.join(", ")}], filename = '_file')
    JOIN (VALUES ${members.join(", ")}) AS _members(_file, _delivery, _generation) USING (_file)`;
  const rows = new Map(group.map((each) => [each.generation, each.rows]));
  const wrong = await store(
    session,
    { refs: group, select, from: undefined },
    group.map(({ key }) => key),
    (counted) => group.filter(({ generation }) => (counted.get(generation) ?? 0) !== rows.get(generation)),
    files,
    compaction,
  );
  // A file that does not hold what the ledger says is left for the build to complain about.
  if (wrong.length > 0) await compaction.index.leaveAlone(wrong);
}

/** Writes a shared file again without these ingestions, so that their rows are gone for good (also those of the file before, an hour later). */
export async function rewriteWithout(
  refs: readonly SeriesRef[],
  from: string,
  files: Files,
  compaction: Compaction,
): Promise<void> {
  const { index, columnar } = compaction;
  const going = new Set(refs.map(({ generation }) => generation));
  const kept = (await index.contents(from)).filter(({ generation }) => !going.has(generation));
  if (kept.length === 0) await index.retire(from);
  // Of a file that is missing nothing can be kept: who needs the others says so, and these go all the same.
  else if (await files.exists(from)) {
    const select = `SELECT * FROM read_parquet(${sqlText(files.location(from))})
      WHERE _generation IN (${kept.map(({ generation }) => sqlText(generation)).join(", ")})`;
    await columnar.session((session) =>
      store(session, { refs: kept, select, from }, [from], () => [], files, compaction),
    );
  }
  await index.drop(refs);
}

/** @returns refs whose rows are not what they should be; nothing has changed then */
async function store<Ref extends SeriesRef>(
  session: ColumnarSession,
  content: { readonly refs: readonly Ref[]; readonly select: string; readonly from: string | undefined },
  left: readonly string[],
  wrongOf: (counted: ReadonlyMap<string, number>) => readonly Ref[],
  files: Files,
  { index, failPoint }: Compaction,
): Promise<readonly Ref[]> {
  const scratch = await files.scratch("shared.parquet");
  try {
    await session.execute(
      `COPY (SELECT * FROM (${content.select}) ORDER BY datetime, _delivery, _row) TO ${sqlText(scratch)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const counts = await session.query(
      `SELECT _generation AS generation, count(*) AS rows FROM read_parquet(${sqlText(scratch)}) GROUP BY ALL`,
    );
    const counted = new Map(counts.map((row) => [String(row.generation), Number(row.rows)]));
    const wrong = wrongOf(counted);
    if (wrong.length > 0) return wrong;
    failPoint("series.merged");
    const key = `series/${content.refs[0]?.dataset}/shared/${randomUUID()}.parquet`;
    await index.announce(key);
    failPoint("series.announced");
    await files.adopt(scratch, key);
    failPoint("series.shared-stored");
    if (!(await index.move(content.refs, content.from, key, left)))
      throw new Transient("somebody else put these segments together first");
    failPoint("series.moved");
    return [];
  } finally {
    await rm(scratch, { force: true });
  }
}

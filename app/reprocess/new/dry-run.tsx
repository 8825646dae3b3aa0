import Link from "next/link";
import type { Window } from "../../../server/window/model";
import { failureOf } from "../../_trpc/failure";
import type { ReprocessPreview } from "../../_trpc/outputs";
import { countText, plural, spanText } from "../../_ui/format";
import { MarkGlyph } from "../../_ui/mark";
import { Failed, SkeletonRows } from "../../_ui/states";
import { REPROCESS_STATES } from "../words";

interface Query {
  readonly data: ReprocessPreview | undefined;
  readonly error: unknown;
  readonly isPlaceholderData: boolean;
  readonly refetch: () => unknown;
}

/** What would happen: how many windows, what is replaced, what does not run and why. */
export function DryRun({ query, chosen }: { query: Query; chosen: boolean }) {
  if (!chosen) return <p className="text-muted">Give a range, from and to, to see what would happen.</p>;
  if (query.error) return <Failed failure={failureOf(query.error)} retry={() => query.refetch()} />;
  if (query.data === undefined) return <SkeletonRows rows={2} />;
  return (
    <div
      role="status"
      aria-busy={query.isPlaceholderData}
      className={query.isPlaceholderData ? "opacity-60" : ""}
    >
      <Told preview={query.data} />
    </div>
  );
}

function Told({ preview }: { preview: ReprocessPreview }) {
  const { inRange, meant, willRun, leftOut, alreadyAsked } = preview;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-16 font-medium">
        {willRun === 0 ? "No window would run." : `${plural(willRun, "window")} would run.`}
      </p>
      <p className="text-muted">
        {inRange === 0
          ? "There is no window in this range."
          : `${plural(inRange, "window")} in the range, ${countText(meant)} of them meant by this choice.`}
      </p>
      {willRun === 0 ? null : (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {effects(preview).map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      )}
      {willRun === 0 ? null : <AlreadyAsked groups={alreadyAsked} />}
      {leftOut.length === 0 ? null : (
        <div className="flex flex-col gap-2">
          <h3 className="font-medium">Would not run</h3>
          <ul className="flex flex-col gap-2">
            {leftOut.map((group) => (
              <li key={group.why} className="flex items-start gap-2">
                <span className="pt-0.5">
                  <MarkGlyph glyph="dash" tone="waiting" />
                </span>
                <span>
                  {`${plural(group.windows, "window")}: ${group.reason}.`} <Examples of={group} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Which of them another reprocess has still to do, and what that means. */
function AlreadyAsked({ groups }: { groups: ReprocessPreview["alreadyAsked"] }) {
  if (groups.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-medium">Already asked for</h3>
      <ul className="flex flex-col gap-2">
        {groups.map((group) => (
          <li key={group.number} className="flex items-start gap-2">
            <span className="pt-0.5">
              <MarkGlyph {...REPROCESS_STATES[group.state]} />
            </span>
            <span>
              {`${plural(group.windows, "of them is", "of them are")} asked for by `}
              <Link href={`/reprocess/${group.number}`} className="link">
                {`reprocess ${group.number}`}
              </Link>
              {` too (${REPROCESS_STATES[group.state].word}): ${group.what}.`} <Examples of={group} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The newest windows of a group; all of them where they are few. */
function Examples({ of }: { of: { readonly windows: number; readonly examples: readonly Window[] } }) {
  const named = of.examples.map((each) => `${each.dataset}, ${spanText(each.start, each.end)}`).join("; ");
  return (
    <span className="text-muted">{`${of.windows > of.examples.length ? "For example " : ""}${named}.`}</span>
  );
}

function effects({
  replaced,
  unsettled,
  collectedOnly,
  building,
  kept,
  restored,
  payloadsGone,
}: ReprocessPreview): readonly string[] {
  const has = (n: number) => `${plural(n, "of them has", "of them have")}`;
  const is = (n: number) => `${plural(n, "of them is", "of them are")}`;
  return [
    replaced === 0
      ? "None of them has a file yet: nothing is replaced."
      : `${has(replaced)} files, which are served until the new ones are complete.`,
    ...(unsettled > 0
      ? [`${is(unsettled)} still collecting: built of what is there now, and again later.`]
      : []),
    ...(collectedOnly > 0
      ? [
          `${is(collectedOnly)} not over yet: what there is so far is collected, but nothing is built of it yet, so that its outcome is "not run"; the build comes by itself when nothing is missing.`,
        ]
      : []),
    ...(building > 0 ? [`${is(building)} being built just now, and built once more after that.`] : []),
    ...(kept > 0 ? [`${is(kept)} sealed: what stands there is published once more, and not built.`] : []),
    ...(restored > 0
      ? [`${has(restored)} points that were deleted: they are restored from the payloads first.`]
      : []),
    ...(payloadsGone > 0
      ? [`${has(payloadsGone)} raw payloads that are deleted: built from the points that are kept.`]
      : []),
  ];
}

import { Button } from "../_ui/button";
import { plural } from "../_ui/format";
import { type DraftChange, keyOf } from "./draft";
import type { PlacedIssue } from "./placed-issues";

/** What stands at Save: what would be saved, and what is in its way, with the way there. The form may be many screens long. */
export function SaveArea({
  changes,
  wrong,
  refused,
  overtaken,
  typed,
  pending,
  toIssue,
  toNotice,
  discard,
}: {
  changes: readonly DraftChange[];
  /** What cannot be read as it is typed. */
  wrong: readonly PlacedIssue[];
  /** What the server said of the last try; it may be tried again. */
  refused: readonly PlacedIssue[];
  /** Whether somebody else has saved meanwhile. */
  overtaken: boolean;
  /** Whether anything stands in the form that is not what was shown at first. */
  typed: boolean;
  pending: boolean;
  toIssue: (issue: PlacedIssue) => void;
  toNotice: () => void;
  discard: () => void;
}) {
  const issues = [...wrong, ...refused];
  return (
    <footer className="flex flex-col gap-2 border-t pt-3">
      <div role="status" className="flex flex-col gap-2 text-13">
        <Unsaved changes={changes} wrong={issues.length} />
        {issues.length === 0 ? null : (
          <div className="text-failed">
            <p>{`${plural(issues.length, "thing")} ${issues.length === 1 ? "is" : "are"} wrong; nothing can be saved until it is put right:`}</p>
            <ul className="list-disc pl-5">
              {issues.map((issue) => (
                <li key={`${keyOf(issue)} ${issue.message}`} className="break-words">
                  <Way to={() => toIssue(issue)}>{issue.label}</Way>: {issue.message}
                </li>
              ))}
            </ul>
          </div>
        )}
        {overtaken ? (
          <p className="text-stale">
            Somebody else has saved meanwhile: <Way to={toNotice}>choose first whose settings hold</Way>.
          </p>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="primary"
          pending={pending}
          disabled={changes.length === 0 || wrong.length > 0 || overtaken}
        >
          {changes.length === 0 ? "Save" : `Save ${plural(changes.length, "change")}`}
        </Button>
        {typed ? <Button onPress={discard}>Discard changes</Button> : null}
      </div>
    </footer>
  );
}

/** Moves the focus to another place of the form: it acts on this page, so it is a button. */
function Way({ to, children }: { to: () => void; children: string }) {
  return (
    <button type="button" onClick={to} className="link cursor-pointer">
      {children}
    </button>
  );
}

function Unsaved({ changes, wrong }: { changes: readonly DraftChange[]; wrong: number }) {
  if (changes.length > 0)
    return (
      <div>
        <p>{plural(changes.length, "change is", "changes are")} not saved yet:</p>
        <ul className="list-disc pl-5">
          {changes.map(({ field, words }) => (
            <li key={keyOf(field)} className="break-words">
              {field.group ? `${field.group.title}, ` : ""}
              {field.title}: {words}
            </li>
          ))}
        </ul>
      </div>
    );
  return wrong > 0 ? null : <p className="text-muted">Nothing is changed.</p>;
}

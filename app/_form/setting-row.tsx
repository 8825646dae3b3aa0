"use client";

import type { ConfiguredField } from "../../server/configuration/model";
import { Button } from "../_ui/button";
import { Mark } from "../_ui/mark";
import { Tag } from "../_ui/tag";
import { type Draft, keyOf, shownText, valueText } from "./draft";
import { FieldControl } from "./field-control";

/** One setting: its control, its help, whether its default holds, and the way back to that. */
export function SettingRow({
  field,
  draft,
  changed,
  error,
  onType,
}: {
  field: ConfiguredField;
  draft: Draft;
  changed: boolean;
  error: string | undefined;
  onType: (typed: string | null) => void;
}) {
  const typed = draft[keyOf(field)];
  return (
    <div data-setting={keyOf(field)}>
      <FieldControl
        field={field}
        text={shownText(field, draft)}
        onChange={onType}
        error={error}
        help={
          <div className="flex flex-col items-start gap-1">
            {field.description ? <p className="max-w-[72ch]">{sentence(field.description)}</p> : null}
            {field.examples?.length ? <p>Such as {field.examples.join(", ")}.</p> : null}
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Bounds field={field} />
              {changed ? <Tag look="stale">not saved</Tag> : null}
              {field.kind === "secret" ? (
                <SecretStanding field={field} removed={typed === null} onType={onType} />
              ) : (
                <DefaultStanding field={field} typed={typed} onType={onType} />
              )}
            </span>
          </div>
        }
      />
    </div>
  );
}

function Bounds({ field: { minimum, maximum } }: { field: ConfiguredField }) {
  if (minimum === undefined && maximum === undefined) return null;
  if (minimum === undefined) return <span>At most {maximum}.</span>;
  if (maximum === undefined) return <span>At least {minimum}.</span>;
  return (
    <span>
      From {minimum} to {maximum}.
    </span>
  );
}

function DefaultStanding({
  field,
  typed,
  onType,
}: {
  field: ConfiguredField;
  typed: string | null | undefined;
  onType: (typed: string | null) => void;
}) {
  const standard = valueText(field, field.default);
  const holds = typed === null || (typed === undefined && field.entered === undefined);
  if (holds) return <span>{standard === "" ? "Not set." : "This is the default."}</span>;
  if (standard === "" && field.required) return null;
  return (
    <>
      {standard === "" ? null : <span>Default: {standard.replaceAll("\n", ", ")}.</span>}
      <Button
        look="quiet"
        onPress={() => onType(null)}
        label={standard === "" ? `Clear ${field.title}` : `Use the default of ${field.title}`}
      >
        {standard === "" ? "Clear" : "Use the default"}
      </Button>
    </>
  );
}

/** Whether there is a secret; what it is, is known to nobody here. */
function SecretStanding({
  field,
  removed,
  onType,
}: {
  field: ConfiguredField;
  removed: boolean;
  onType: (typed: string | null) => void;
}) {
  if (removed) return <span>Will be removed when you save.</span>;
  if (field.secret === "unset")
    return (
      <>
        <Mark glyph="dash" tone="empty" word="not set" />
        <span>Kept encrypted, and never shown again.</span>
      </>
    );
  return (
    <>
      {field.secret === "lost" ? (
        <Mark glyph="cross" tone="failed" word="must be entered anew" />
      ) : field.secret === "unread" ? (
        <Mark glyph="cross" tone="failed" word="key cannot be read" />
      ) : (
        <Mark glyph="tick" tone="built" word="set" />
      )}
      <span>
        {field.secret === "lost"
          ? "It was encrypted with another key than this installation's."
          : field.unread === undefined
            ? "Type a new one to replace it."
            : sentence(field.unread)}
      </span>
      <Button look="quiet" onPress={() => onType(null)} label={`Remove ${field.title}`}>
        Remove
      </Button>
    </>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

"use client";

import type { ReactNode } from "react";
import { useId } from "react";
import { FieldError, Input, Label, Text, TextArea, TextField } from "react-aria-components";
import type { ConfiguredField } from "../../server/configuration/model";
import { durationWords } from "../../server/observation/duration-text";
import { parseDuration } from "../../server/observation/time";
import { Choice } from "../_ui/field";
import { Tick } from "../_ui/tick";
import { readDuration } from "../datasets/typed-duration";

const BOX = "w-full rounded border border-edge bg-panel px-2 data-invalid:border-failed";
/** Control and help side by side; below each other on a narrow page. */
export const ROW = "grid items-start gap-x-6 gap-y-1 md:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]";

interface Props {
  readonly field: ConfiguredField;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly error: string | undefined;
  /** What stands beside the control: help, and what holds where nothing is entered. */
  readonly help: ReactNode;
}

/** The control of one setting, chosen by its kind. */
export function FieldControl({ field, text, onChange, error, help }: Props) {
  const id = useId();
  if (field.kind === "choice" || field.kind === "switch")
    return (
      <fieldset className={ROW} aria-describedby={id} data-invalid={error === undefined ? undefined : true}>
        <legend className="sr-only">{field.title}</legend>
        <div className="flex min-w-0 flex-col gap-1">
          {field.kind === "choice" ? (
            <Choice label={field.title} value={text} onChange={onChange}>
              {text === "" ? <option value="">not set</option> : null}
              {(field.options ?? []).map((option) => (
                <option key={option}>{option}</option>
              ))}
            </Choice>
          ) : (
            <Tick checked={text === "true"} onChange={(checked) => onChange(String(checked))}>
              {field.title}
            </Tick>
          )}
          {error === undefined ? null : (
            <p role="alert" className="text-12 text-failed">
              {error}
            </p>
          )}
        </div>
        <div id={id} className="text-13 text-muted md:pt-5">
          {help}
        </div>
      </fieldset>
    );
  return (
    <TextField
      value={text}
      onChange={onChange}
      isInvalid={error !== undefined}
      // What the server refused must not keep the browser from sending what was mended elsewhere.
      validationBehavior="aria"
      {...(field.kind === "secret" ? { type: "password" as const, autoComplete: "new-password" } : {})}
      className={ROW}
    >
      <div className="flex min-w-0 flex-col gap-1">
        <Label className="text-12 text-muted">{field.title}</Label>
        {field.kind === "texts" || field.kind === "json" ? (
          <TextArea rows={3} className={`${BOX} py-1 font-mono text-13`} />
        ) : (
          <Input className={`${BOX} h-8`} inputMode={isNumber(field) ? "decimal" : undefined} />
        )}
        <Echo field={field} text={text} />
        <FieldError className="text-12 text-failed">{error}</FieldError>
      </div>
      <Text slot="description" elementType="div" className="text-13 text-muted md:pt-5">
        {help}
      </Text>
    </TextField>
  );
}

function isNumber({ kind }: ConfiguredField): boolean {
  return kind === "number" || kind === "integer";
}

/** A duration in words, as it will be read. */
function Echo({ field, text }: { field: ConfiguredField; text: string }) {
  if (field.kind !== "duration") return null;
  const duration = parseDuration(readDuration(text) ?? "");
  if (duration === undefined) return null;
  return <p className="text-12 text-muted">= {durationWords(duration)}</p>;
}

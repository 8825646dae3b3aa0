/** How a setting is typed and drawn. `json`: of a shape that has no control of its own, written as JSON. */
export type FieldKind =
  | "text"
  | "number"
  | "integer"
  | "choice"
  | "switch"
  | "duration"
  | "texts"
  | "secret"
  | "json";

/** One setting of a kind of source or projection, as its zod schema declares it. */
export interface FormField {
  /** Keys from the outermost block inwards. */
  readonly path: readonly string[];
  readonly title: string;
  readonly description?: string | undefined;
  /** The block that it stands in, where that is not the outermost. */
  readonly group?: { readonly title: string; readonly description?: string | undefined } | undefined;
  readonly kind: FieldKind;
  /** Whether there must be a value: it has no default and cannot be left out. */
  readonly required: boolean;
  /** What holds where nothing is entered. */
  readonly default?: unknown;
  readonly examples?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly options?: readonly string[] | undefined;
}

/** `lost`: it was sealed with another key, and has to be entered anew. `unread`: nobody can say now, as the key cannot be read. */
export type SecretState = "set" | "unset" | "lost" | "unread";

/** A field with what is entered in it; of a secret only whether there is one. */
export interface ConfiguredField extends FormField {
  /** Undefined where the default holds, and for secrets. */
  readonly entered?: unknown;
  readonly secret?: SecretState | undefined;
  /** Why the key cannot be read. */
  readonly unread?: string | undefined;
}

/** The settings of one source or projection, as a form shows them. Holds no secret. */
export interface Configuration {
  /** Of what is stored: a save names the one that its form was filled from. */
  readonly version: string;
  /** False for a kind that this version does not have yet: then only its secrets can be changed. */
  readonly known: boolean;
  readonly fields: readonly ConfiguredField[];
  /** What is stored and the kind's schema does not name, as JSON: it is kept. */
  readonly kept: readonly { readonly path: readonly string[]; readonly text: string }[];
}

/** One change: of the setting at a path to a value, or without one back to its default. */
export interface SettingChange {
  readonly path: readonly string[];
  readonly value?: unknown;
}

/** What is wrong with the value of one setting. */
export interface FieldIssue {
  readonly path: readonly string[];
  readonly message: string;
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, place) => key === b[place]);
}

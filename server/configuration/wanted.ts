import type { z } from "zod";
import { describeForm } from "./describe";
import { type FormField, samePath } from "./model";

/** Wrong by type, by list or by bounds; the rest has its own words. */
const CODES = new Set(["invalid_type", "invalid_union", "invalid_value", "too_small", "too_big"]);

/** Of a bound that a field does not know, as one that is itself not meant, zod's words say more. */
const UNTOLD = { too_small: "minimum", too_big: "maximum" } as const;

/**
 * Says what a setting is to be, where zod would say which types of JavaScript it expected and received. What a schema says in its own words stays.
 * @returns for `safeParse`
 */
export function wantedBy(schema: z.ZodType): { readonly error: z.core.$ZodErrorMap } {
  let fields: readonly FormField[] | undefined;
  return {
    error: ({ code, path = [] }) => {
      if (!CODES.has(code)) return undefined;
      // Described only when something is wrong.
      fields ??= describeForm(schema);
      const field = fields.find((each) => samePath(each.path, path.map(String)));
      if (field === undefined || (code in UNTOLD && field[UNTOLD[code as keyof typeof UNTOLD]] === undefined))
        return undefined;
      return wanted(field, code);
    },
  };
}

function wanted({ kind, options, ...bounds }: FormField, code: string): string | undefined {
  switch (kind) {
    case "integer":
      return `give a whole number${rangeText(bounds)}`;
    case "number":
      return `give a number${rangeText(bounds)}`;
    case "switch":
      return "give true or false";
    case "choice":
      return `give one of ${options?.join(", ") ?? ""}`;
    case "duration":
      return "give a duration, as PT10M or PT1H";
    default:
      break;
  }
  // What is too long or too short is told by zod with the length that is meant.
  if (code !== "invalid_type") return undefined;
  if (kind === "texts") return "give a list of texts";
  return kind === "json" ? undefined : "give a text";
}

function rangeText({ minimum, maximum }: Pick<FormField, "minimum" | "maximum">): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

import type { z } from "zod";
import { type Settings, settingError } from "../../config/settings";
import { shapeOf } from "../configuration/describe";
import { wantedBy } from "../configuration/wanted";
import { Invalid } from "../errors";

/**
 * A block of settings as its kind's schema reads it, with its defaults.
 * @param path where the block stands in the file
 * @throws Invalid naming file, line and key of what is wrong
 */
export function checked(
  schema: z.ZodType,
  block: unknown,
  path: readonly string[],
  settings: Settings | undefined,
): unknown {
  // A misspelt key must not be passed over in silence, at whatever depth.
  const stray = unknownKey(schema, block, path);
  if (stray && settings) {
    const keys = [stray.at(-1) ?? ""];
    throw settingError(settings, stray.slice(0, -1), {
      code: "unrecognized_keys",
      keys,
      path: [],
      message: "",
    });
  }
  const parsed = schema.safeParse(block, wantedBy(schema));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue || !settings)
    throw new Invalid(`the defaults of ${path.join(".")} are wrong: ${issue?.message ?? ""}`);
  throw settingError(settings, [...path, ...(issue.path as (string | number)[])], issue);
}

/** The path of the first key that an object's schema does not name. */
function unknownKey(schema: unknown, block: unknown, path: readonly string[]): readonly string[] | undefined {
  const shape = shapeOf(schema);
  if (!shape || typeof block !== "object" || block === null) return undefined;
  for (const [key, value] of Object.entries(block)) {
    if (!(key in shape)) return [...path, key];
    const inner = unknownKey(shape[key], value, [...path, key]);
    if (inner) return inner;
  }
  return undefined;
}

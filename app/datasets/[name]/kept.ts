import type { RetentionLine } from "../../_trpc/outputs";
import { readDuration, typedDuration } from "../typed-duration";

const FOR_EVER = "for-ever";

export const KINDS = [
  { kind: "points", field: "keepPoints", label: "Keep points for" },
  { kind: "payloads", field: "keepPayloads", label: "Keep payloads for" },
  { kind: "revisions", field: "keepRevisions", label: "Keep superseded revisions for" },
] as const;

/** What stands, of each kind. */
export type Standing = Pick<RetentionLine, "kind" | "keep">;

/** As it is typed, or as it is asked for. */
export type Keep = Readonly<Record<(typeof KINDS)[number]["field"], string>>;

/** `for ever`, or a duration as people type it. @returns as it is asked for */
export function readKeep(text: string): string | undefined {
  return /^for[ -]ever$|^forever$/i.test(text.trim()) ? FOR_EVER : readDuration(text);
}

export function typedKeep(lines: readonly Standing[]): Keep {
  const shown = (kind: string) => {
    const keep = lines.find((line) => line.kind === kind)?.keep ?? FOR_EVER;
    return keep === FOR_EVER ? "for ever" : typedDuration(keep);
  };
  return { keepPoints: shown("points"), keepPayloads: shown("payloads"), keepRevisions: shown("revisions") };
}

/** What was typed otherwise than it stands, as it is asked for; undefined while a field cannot be read. */
export function changedKeep(lines: readonly Standing[], draft: Partial<Keep>): Partial<Keep> | undefined {
  const stands = typedKeep(lines);
  const changed: { -readonly [Field in keyof Keep]?: string } = {};
  for (const { field } of KINDS) {
    const typed = draft[field];
    if (typed === undefined) continue;
    const keep = readKeep(typed);
    if (keep === undefined) return undefined;
    if (keep !== readKeep(stands[field])) changed[field] = keep;
  }
  return changed;
}

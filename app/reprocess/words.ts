import type {
  Behaviour,
  Depth,
  ReprocessOutcome,
  ReprocessState,
  StepState,
} from "../../server/reprocess/model";
import { plural, spanText } from "../_ui/format";
import type { Glyph, Tone } from "../_ui/mark";
import type { Range } from "./ranges";

interface Told {
  readonly word: string;
  readonly help: string;
}

export const BEHAVIOURS: Readonly<Record<Behaviour, Told>> = {
  missing: { word: "Missing", help: "Windows that were never built." },
  "missing-failed": { word: "Missing and failed", help: "These, and those whose build or product fails." },
  stale: { word: "Stale", help: "Windows for which newer data has come since they were built." },
  all: { word: "All", help: "Every window of the range, built or not." },
};

export const DEPTHS: Readonly<Record<Depth, Told>> = {
  projections: { word: "Products only", help: "The current revision is projected again." },
  dataset: {
    word: "Dataset and products",
    help: "The window is built again from what was received, and published once more.",
  },
  collect: {
    word: "Collect again",
    help: "The source is asked once more for that time; what it brings is built.",
  },
};

interface Shown {
  readonly glyph: Glyph;
  readonly tone: Tone;
  readonly word: string;
}

export const REPROCESS_STATES: Readonly<Record<ReprocessState, Shown>> = {
  running: { glyph: "arrow", tone: "building", word: "running" },
  paused: { glyph: "pause", tone: "waiting", word: "paused" },
  cancelling: { glyph: "hourglass", tone: "too-late", word: "cancelling" },
  cancelled: { glyph: "dash", tone: "too-late", word: "cancelled" },
  done: { glyph: "tick", tone: "built", word: "done" },
};

export const OUTCOMES: Readonly<Record<ReprocessOutcome, Shown>> = {
  changed: { glyph: "tick", tone: "built", word: "changed" },
  unchanged: { glyph: "ring", tone: "empty", word: "unchanged" },
  kept: { glyph: "lock", tone: "too-late", word: "kept" },
  failed: { glyph: "cross", tone: "failed", word: "failed" },
  "not-run": { glyph: "dash", tone: "waiting", word: "not run" },
  cancelled: { glyph: "dash", tone: "too-late", word: "cancelled" },
};

export const STEPS: Readonly<Record<Exclude<StepState, "ended">, Shown>> = {
  waiting: { glyph: "dots", tone: "queued", word: "waiting" },
  collecting: { glyph: "arrow", tone: "building", word: "collecting" },
  building: { glyph: "arrow", tone: "building", word: "building" },
  projecting: { glyph: "arrow", tone: "building", word: "projecting" },
};

/** `ioncannon, 2026-03-01 00:00 to 06:00 UTC`, or how many ranges of which datasets. */
export function rangesWords(ranges: readonly Range[]): string {
  const [first] = ranges;
  if (!first) return "nothing";
  if (ranges.length === 1) return `${first.dataset}, ${spanText(first.start, first.end)}`;
  const datasets = [...new Set(ranges.map(({ dataset }) => dataset))];
  const start = Math.min(...ranges.map((range) => range.start));
  const end = Math.max(...ranges.map((range) => range.end));
  const of = datasets.length <= 3 ? datasets.join(", ") : plural(datasets.length, "dataset");
  return `${plural(ranges.length, "range")} of ${of}, ${spanText(start, end)}`;
}

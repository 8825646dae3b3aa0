import { GLYPHS, type Glyph, PEN } from "./glyphs";

export type { Glyph };

export type Tone =
  | "open"
  | "settling"
  | "waiting"
  | "queued"
  | "building"
  | "built"
  | "incomplete"
  | "empty"
  | "failed"
  | "too-late"
  | "stale";

const INK: Readonly<Record<Tone, string>> = {
  open: "text-open",
  settling: "text-settling",
  waiting: "text-waiting",
  queued: "text-queued",
  building: "text-building",
  built: "text-built",
  incomplete: "text-incomplete",
  empty: "text-empty",
  failed: "text-failed",
  "too-late": "text-too-late",
  stale: "text-stale",
};

function Shape({ glyph, share }: { glyph: Glyph; share: number }) {
  return (
    <g
      fill="none"
      stroke="currentColor"
      strokeWidth={PEN}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={glyph === "arrow" ? "animate-[drift_900ms_ease-in-out_infinite_alternate]" : undefined}
    >
      {GLYPHS[glyph].map(({ d, filled, pen, opacity }) =>
        filled ? (
          <path key={d} d={d} fill="currentColor" stroke="none" />
        ) : (
          <path key={d} d={d} strokeWidth={pen} opacity={opacity} />
        ),
      )}
      {glyph === "ring" ? (
        <circle
          cx="8"
          cy="8"
          r="5.5"
          pathLength="1"
          strokeDasharray={`${Math.max(share, 0.08)} 1`}
          transform="rotate(-90 8 8)"
        />
      ) : null}
    </g>
  );
}

/** A glyph without its word; only where the word stands elsewhere. */
export function MarkGlyph({ glyph, tone, share = 0.25 }: { glyph: Glyph; tone: Tone; share?: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className={`size-4 shrink-0 ${INK[tone]}`}>
      <Shape glyph={glyph} share={share} />
    </svg>
  );
}

/** A state: glyph, colour and word. `share` fills the ring of what is under way. */
export function Mark({
  glyph,
  tone,
  word,
  share,
}: {
  glyph: Glyph;
  tone: Tone;
  word: string;
  share?: number;
}) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${INK[tone]}`}>
      <MarkGlyph glyph={glyph} tone={tone} {...(share === undefined ? {} : { share })} />
      {word}
    </span>
  );
}

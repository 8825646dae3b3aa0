/** The glyphs that say a state. Each has a shape of its own, so that none needs its colour to be told from the others. */
export type Glyph =
  | "ring"
  | "hourglass"
  | "gap"
  | "dots"
  | "arrow"
  | "tick"
  | "half"
  | "dash"
  | "cross"
  | "lock"
  | "corner"
  | "pause";

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

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.75,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

function Shape({ glyph, share }: { glyph: Glyph; share: number }) {
  switch (glyph) {
    case "ring":
      return (
        <>
          <circle cx="8" cy="8" r="5.5" {...stroke} opacity=".4" />
          <circle
            cx="8"
            cy="8"
            r="5.5"
            {...stroke}
            pathLength="1"
            strokeDasharray={`${Math.max(share, 0.08)} 1`}
            transform="rotate(-90 8 8)"
          />
        </>
      );
    case "hourglass":
      return (
        <path
          d="M4.5 2.5h7M4.5 13.5h7M5.25 2.5c0 3.5 5.5 4.5 5.5 11M10.75 2.5c0 3.5-5.5 4.5-5.5 11"
          {...stroke}
        />
      );
    case "gap":
      return <path d="M2.5 8h3M10.5 8h3M5.5 5v6M10.5 5v6" {...stroke} />;
    case "dots":
      return (
        <g fill="currentColor">
          <circle cx="3.5" cy="8" r="1.5" />
          <circle cx="8" cy="8" r="1.5" />
          <circle cx="12.5" cy="8" r="1.5" />
        </g>
      );
    case "arrow":
      return (
        <path
          className="animate-[drift_900ms_ease-in-out_infinite_alternate]"
          d="M3 8h9.5M9 4.5 12.5 8 9 11.5"
          {...stroke}
        />
      );
    case "tick":
      return <path d="m3 8.5 3.25 3.25L13 4.75" {...stroke} strokeWidth={2} />;
    case "half":
      return (
        <>
          <circle cx="8" cy="8" r="5.5" {...stroke} />
          <path d="M8 2.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" />
        </>
      );
    case "dash":
      return (
        <>
          <circle cx="8" cy="8" r="5.5" {...stroke} strokeWidth={1.25} />
          <path d="M5.5 8h5" {...stroke} />
        </>
      );
    case "cross":
      return <path d="m4 4 8 8M12 4l-8 8" {...stroke} strokeWidth={2} />;
    case "lock":
      return (
        <>
          <rect x="3.5" y="7" width="9" height="6.5" rx="1" fill="currentColor" />
          <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" {...stroke} />
        </>
      );
    case "corner":
      return <path d="M3 3h10v10Z" fill="currentColor" />;
    case "pause":
      return <path d="M5.5 4v8M10.5 4v8" {...stroke} strokeWidth={2} />;
  }
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

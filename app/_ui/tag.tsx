import type { ReactNode } from "react";

const LOOKS = {
  plain: "border-edge/60 text-muted",
  synthetic: "border-dashed border-synthetic text-synthetic",
  stale: "border-stale/60 bg-stale-soft text-stale",
} as const;

/** A word about a thing that is no state. */
export function Tag({
  children,
  look = "plain",
  title,
}: {
  children: ReactNode;
  look?: keyof typeof LOOKS;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1 rounded border px-1.5 text-12 font-medium whitespace-nowrap ${LOOKS[look]}`}
    >
      {children}
    </span>
  );
}

/** Stands wherever made-up data is shown. */
export function Synthetic() {
  return (
    <Tag look="synthetic" title="Made up by a generator; nobody measured this.">
      synthetic
    </Tag>
  );
}

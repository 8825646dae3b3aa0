"use client";

import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button";
import { MarkGlyph } from "./mark";

/** Bars in the shape of the rows that come. */
export function SkeletonRows({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-4 p-3">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex gap-6">
          <div className="skeleton h-5 w-24" />
          <div className="skeleton h-5 flex-1" />
          <div className="skeleton h-5 w-16" />
        </div>
      ))}
    </div>
  );
}

/** A page with nothing on it teaches: what would be here, and the one action that brings it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-2 px-3 py-6">
      <p className="flex items-center gap-2 font-medium">
        <MarkGlyph glyph="dash" tone="empty" />
        {title}
      </p>
      <div className="max-w-[72ch] text-muted">{children}</div>
      {action ? <div className="mt-1">{action}</div> : null}
    </div>
  );
}

export interface Failure {
  readonly message: string;
  /** Whether it may pass by itself. */
  readonly passing: boolean;
  /** Less of it could be shown: to ask for the same again cannot help. */
  readonly tooMuch?: boolean;
}

/** What happened, what to do next, and the way to try again. It also tries again by itself. */
export function Failed({ failure, retry }: { failure: Failure; retry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded px-3 py-6">
      <p className="flex items-center gap-2 font-medium text-failed">
        <MarkGlyph glyph="cross" tone="failed" />
        {headingOf(failure)}
      </p>
      <p className="max-w-[72ch] break-words">{failure.message}</p>
      {failure.passing ? (
        <p className="max-w-[72ch] text-muted">
          This page asks again every few seconds and fills by itself. If it stays like this, see whether
          PostgreSQL runs and what the logs in the data folder say.
        </p>
      ) : null}
      {failure.tooMuch ? null : (
        <Button onPress={retry}>
          <RotateCw aria-hidden="true" className="size-3.5" />
          Try again
        </Button>
      )}
    </div>
  );
}

function headingOf({ passing, tooMuch }: Failure): string {
  if (tooMuch) return "Too much is asked for at once";
  return passing ? "The line does not answer just now" : "This could not be shown";
}

/** Stands above what was read before the line stopped answering. */
export function NotUpToDate({ failure }: { failure: Failure }) {
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded border border-stale/60 bg-stale-soft px-3 py-2 text-stale"
    >
      <span className="pt-0.5">
        <MarkGlyph glyph="corner" tone="stale" />
      </span>
      <span>What stands here is not up to date: {failure.message} It is asked again every few seconds.</span>
    </p>
  );
}

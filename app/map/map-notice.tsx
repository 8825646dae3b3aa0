"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import type { Micros } from "../../server/observation/time";
import { failureOf } from "../_trpc/failure";
import type { Dataset, Reading, WindowLine } from "../_trpc/outputs";
import { Button } from "../_ui/button";
import { countText, instantText, plural, spanText } from "../_ui/format";
import { Words } from "../_ui/instant";
import { MarkGlyph } from "../_ui/mark";
import { Failed } from "../_ui/states";
import { windowHref, windowsHref } from "../windows/window-href";
import { WindowStateMark } from "../windows/window-state";
import type { CanvasState } from "./map-canvas";
import type { PointsOf, ReadFailure } from "./use-points";
import { type Variable, withUnit } from "./variable-text";

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

interface Facts {
  readonly canvas: CanvasState;
  readonly dataset: Dataset;
  readonly variable: Variable;
  /** Columns of the same standard name, one of which this window may have instead. */
  readonly others: readonly Variable[];
  readonly onVariable: (variable: Variable) => void;
  readonly at: Micros | undefined;
  /** undefined: there is no window at that time. */
  readonly window: WindowLine | undefined;
  readonly windows: Query<unknown>;
  readonly reading: Query<Reading>;
  /** What is seen; undefined while something else is being read. */
  readonly points: PointsOf | undefined;
  readonly failure: ReadFailure | undefined;
  readonly onReload: () => void;
}

/** Says what keeps the picture from showing what was asked for; nothing where it shows it. */
export function MapNotice(facts: Facts) {
  const { windows, reading, failure, onReload } = facts;
  const asked = [windows, reading].find(({ error, data }) => error && data === undefined);
  if (asked) return <Over>{<Failed failure={failureOf(asked.error)} retry={() => asked.refetch()} />}</Over>;
  if (failure?.gone) return <Vanished message={failure.message} onReload={onReload} />;
  if (failure)
    return (
      <Over>
        <Failed failure={{ message: failure.message, passing: false }} retry={onReload} />
      </Over>
    );
  const nothing = nothingToSee(facts);
  if (nothing) return <Over>{nothing}</Over>;
  const remark = remarkOf(facts);
  if (remark === undefined) return null;
  return (
    <div
      role="status"
      className="absolute top-2 right-14 left-2 z-10 flex w-fit flex-wrap items-center gap-2 rounded border bg-panel/95 px-2 py-1 text-13"
    >
      <p>{remark}</p>
      <Others {...facts} />
    </div>
  );
}

/** A window of before or after a change of the variable map may have the same in another unit, or at another height. */
function Others({ points, others, onVariable }: Facts) {
  const seen = points?.shown.value.length ?? 0;
  if (seen === 0 || points?.shown.missing !== seen) return null;
  return others.map((each) => (
    <Button key={each.name} onPress={() => onVariable(each)}>
      Try {withUnit(each)}
    </Button>
  ));
}

function Over({ children }: { children: ReactNode }) {
  return (
    <div className="absolute inset-0 z-10 grid grid-cols-[minmax(0,1fr)] place-items-center overflow-auto bg-panel/85 p-4">
      <div className="max-w-[72ch] rounded border bg-panel">{children}</div>
    </div>
  );
}

function Told({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-2 px-4 py-4">
      <p className="flex items-center gap-2 font-medium">
        <MarkGlyph glyph="dash" tone="empty" />
        {title}
      </p>
      {children}
    </div>
  );
}

function Vanished({ message, onReload }: { message: string; onReload: () => void }) {
  return (
    <Over>
      <div role="alert" className="flex flex-col items-start gap-2 px-4 py-4">
        <p className="flex items-center gap-2 font-medium text-stale">
          <MarkGlyph glyph="corner" tone="stale" />
          The file went away while it was read
        </p>
        <p>{message}</p>
        <Button look="primary" onPress={onReload}>
          Load the window's current file
        </Button>
      </div>
    </Over>
  );
}

/** The window that has no file, and its state in words. */
function nothingToSee({ dataset, at, window, windows, reading }: Facts): ReactNode {
  if (at === undefined && dataset.latest === undefined)
    return (
      <Told title="No window is built yet">
        <p className="text-muted">The first one is shown here as soon as it is.</p>
        <Link href={`/windows?dataset=${encodeURIComponent(dataset.name)}`} className="link">
          See the windows of {dataset.name}
        </Link>
      </Told>
    );
  if (windows.data === undefined) return null;
  if (window === undefined)
    return (
      <Told title="There is no window at this time">
        <p className="text-muted">
          {dataset.name} has none{at === undefined ? "" : ` at ${instantText(at)}`}: nothing came for it, and
          nothing was asked for.
        </p>
        {at === undefined ? null : (
          <Link href={windowsHref(dataset.name, { start: at, end: at + 1 })} className="link">
            Look for it among the windows
          </Link>
        )}
      </Told>
    );
  if (reading.data === undefined || reading.data.files.length > 0) return null;
  return (
    <Told title={`No file for ${spanText(window.start, window.end)}`}>
      <WindowStateMark window={window} />
      <p className="text-muted">
        <Words text={window.reason} />
      </p>
      {window.files.length > 0 ? (
        <p className="text-muted">
          Its revision {window.revision} is built; its GeoParquet is still to come. This page shows it as soon
          as it is there.
        </p>
      ) : null}
      <Link href={windowHref(window)} className="link">
        See the window
      </Link>
    </Told>
  );
}

/** What is to be known of a picture that is there. */
function remarkOf({ canvas, variable, points }: Facts): string | undefined {
  const seen = points?.shown.value.length;
  if (canvas === "missing")
    return "This browser cannot draw the map: it has no WebGL 2. The table below has the same stations.";
  if (points === undefined || seen === undefined) return undefined;
  const { unplaced, missing } = points.shown;
  if (seen === 0 && unplaced > 0)
    return `No station of this window has a position; ${plural(unplaced, "station")} sent values.`;
  if (seen === 0)
    return points.groups < points.ofGroups
      ? "No station is in this part of the map."
      : "No station is in this window.";
  const value = `value of ${withUnit(variable)} in this window.`;
  if (missing === seen)
    return seen === 1
      ? `The one station has no ${value}`
      : `None of the ${countText(seen)} stations has a ${value}`;
  if (unplaced > 0)
    return unplaced === 1
      ? "1 station has no position."
      : `${countText(unplaced)} stations have no position.`;
  return undefined;
}

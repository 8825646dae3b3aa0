"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Interval } from "../../server/observation/interval";
import type { Reading } from "../_trpc/outputs";
import type { Box } from "./reading/box";
import { Gone } from "./reading/gone";
import { MapWorker } from "./reading/map-worker";
import type { Shown } from "./reading/messages";
import { type Group, groupsToRead, nameOf } from "./reading/plan-groups";

/** What is to be seen. */
export interface Wanted {
  readonly dataset: string;
  readonly variable: string;
  readonly window: Interval;
  readonly reading: Reading;
  /** Where it is looked; undefined: everywhere. */
  readonly boxes: readonly Box[] | undefined;
}

/** The points of a window, and of what they are. */
export interface PointsOf extends Omit<Wanted, "boxes"> {
  readonly shown: Shown;
  /** Row groups that were read, of how many, and their rows. */
  readonly groups: number;
  readonly ofGroups: number;
}

export interface ReadFailure {
  readonly gone: boolean;
  readonly message: string;
}

/** The worker of this page, ended with it. */
export function useMapWorker(): MapWorker | undefined {
  const [worker, setWorker] = useState<MapWorker>();
  useEffect(() => {
    const started = new MapWorker();
    setWorker(started);
    return () => started.end();
  }, []);
  return worker;
}

/**
 * Reads what is wanted, and more of it when the view goes where nothing was read yet. What was shown stands until what is wanted now is there.
 * @param wanted undefined: nothing is known yet that could be read
 */
export function usePoints(worker: MapWorker | undefined, wanted: Wanted | undefined) {
  const [points, setPoints] = useState<PointsOf>();
  const [failure, setFailure] = useState<ReadFailure>();
  const [busy, setBusy] = useState(false);
  const [tries, setTries] = useState(0);
  const asked = useRef<{ what: string; groups: ReadonlyMap<string, Group> }>({ what: "", groups: new Map() });
  const latest = useRef(wanted);
  latest.current = wanted;
  const what =
    wanted && JSON.stringify([tries, wanted.dataset, wanted.variable, wanted.window, keysOf(wanted)]);
  const where = JSON.stringify(wanted?.boxes ?? null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `what` and `where` say whether `wanted` is another one
  useEffect(() => {
    const now = latest.current;
    if (!worker || !now || what === undefined) return;
    const before = asked.current.what === what ? asked.current.groups : undefined;
    const groups = new Map<string, Group>(before);
    const { files } = now.reading;
    for (const group of groupsToRead(files, now.window, now.boxes)) groups.set(nameOf(group), group);
    if (before?.size === groups.size) return;
    const mine = { what, groups };
    asked.current = mine;
    setBusy(true);
    if (before === undefined) setFailure(undefined);
    ask(worker, now, [...groups.values()], before)
      .then(
        (shown) => {
          if (asked.current !== mine) return;
          const ofGroups = files.reduce((sum, file) => sum + file.groups.length, 0);
          // Where it is looked next, they may have a row.
          for (const name of shown.passedOver) groups.delete(name);
          setPoints({ ...now, shown, groups: groups.size, ofGroups });
          setFailure(undefined);
        },
        (error: unknown) => {
          if (asked.current !== mine) return;
          const message = error instanceof Error ? error.message : String(error);
          setFailure({ gone: error instanceof Gone, message });
        },
      )
      .finally(() => {
        if (asked.current === mine) setBusy(false);
      });
  }, [worker, what, where]);
  const again = useCallback(() => {
    setFailure(undefined);
    setTries((count) => count + 1);
  }, []);
  return { points, failure, busy, again };
}

function ask(
  worker: MapWorker,
  { window, reading, variable, boxes }: Omit<Wanted, "dataset">,
  groups: readonly Group[],
  before: ReadonlyMap<string, Group> | undefined,
): Promise<Shown> {
  const { time, latitude, longitude, identity, mobile } = reading;
  const inFile = reading.renamed[variable] ?? variable;
  const isSure = (group: Group) => boxes === undefined || before?.has(nameOf(group)) === true;
  return worker.ask("show", {
    groups: groups.filter(isSure),
    perhaps: groups.filter((group) => !isSure(group)),
    boxes: boxes ?? [],
    window: { start: window.start, end: window.end },
    columns: { time, latitude, longitude, identity, mobile, variable: inFile },
  });
}

function keysOf({ reading }: Wanted) {
  return reading.files.map(({ key, except }) => [key, except]);
}

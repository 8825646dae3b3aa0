"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Micros } from "../../server/observation/time";
import { useTRPC } from "../_trpc/client";
import { instantText } from "../_ui/format";
import { SILENT_AFTER } from "./worker-silence";

const ASK_EVERY_MS = 10_000;

/** A worker that does nothing: it hangs since it last answered, or none is connected (`since` undefined). */
export interface WorkerSilence {
  readonly since: Micros | undefined;
  readonly silentFor: Micros;
}

/** Undefined while the worker answers, and until that is known. A start takes moments, so one look without it says nothing. */
export function useWorkerSilence(): WorkerSilence | undefined {
  const trpc = useTRPC();
  const { data, dataUpdatedAt } = useQuery(
    trpc.line.worker.queryOptions(undefined, { refetchInterval: ASK_EVERY_MS }),
  );
  const [absentSince, setAbsentSince] = useState<number>();
  useEffect(() => {
    if (data === undefined) return;
    setAbsentSince((since) => (data.heardAt === undefined ? (since ?? dataUpdatedAt) : undefined));
  }, [data, dataUpdatedAt]);
  const { heardAt, silentFor = 0 } = data ?? {};
  if (absentSince !== undefined && dataUpdatedAt - absentSince >= SILENT_AFTER / 1000)
    return { since: undefined, silentFor: 0 };
  return heardAt !== undefined && silentFor > SILENT_AFTER ? { since: heardAt, silentFor } : undefined;
}

/** Why nothing moves. */
export function silenceWords({ since }: WorkerSilence): string {
  return since === undefined ? "no worker is connected" : `the worker hangs since ${instantText(since)}`;
}

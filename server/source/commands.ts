import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Ledger } from "../ports/ledger";
import type { RunStops } from "../ports/run-stops";
import type { Tx } from "../ports/transactions";
import {
  type ConfigureSource,
  type ConfigureSourcePorts,
  configureSource,
  sourceConfiguration,
} from "./configure";
import { removeSource, sourceRemoval } from "./remove";
import { cancelRun, cancelRuns, runAgain, tryRunNow } from "./run-verbs";
import { scheduleVerbs } from "./schedule-verbs";
import { askFor, type RunSource, runSource, type SourceVerbPorts, setSourceEnabled } from "./verbs";

/** What a person may ask of sources, their schedules and their runs. */
export function sourceVerbs(
  ports: SourceVerbPorts &
    ConfigureSourcePorts & {
      readonly catalog: Catalog;
      readonly ledger: Pick<Ledger, "spans">;
      readonly runStops: RunStops;
      readonly clock: Pick<Clock, "now">;
    },
) {
  return {
    runSource: (request: RunSource) => runSource(request, ports),
    collectAgain: (tx: Tx, request: RunSource) => askFor(tx, request, ports, "backfill"),
    setSourceEnabled: (request: { name: string; enabled: boolean }) => setSourceEnabled(request, ports),
    sourceRemoval: (name: string) => sourceRemoval(name, ports),
    removeSource: (request: { name: string }) => removeSource(request, ports),
    cancelRun: (request: { id: string }) => cancelRun(request, ports),
    tryRunNow: (request: { id: string }) => tryRunNow(request, ports),
    cancelRuns: (ids: readonly string[]) => cancelRuns(ids, ports),
    runAgain: (request: { id: string; requestKey: string }) => runAgain(request, ports),
    sourceConfiguration: (name: string) => sourceConfiguration(name, ports),
    configureSource: (request: ConfigureSource) => configureSource(request, ports),
    ...scheduleVerbs(ports),
  };
}

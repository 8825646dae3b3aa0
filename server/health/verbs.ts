import { lostSentence, openConfig } from "../configuration/sealing";
import { versionOf } from "../configuration/state";
import { Denied, Invalid } from "../errors";
import type { Micros } from "../observation/time";
import type { Catalog } from "../ports/catalog";
import type { Clock } from "../ports/clock";
import type { Probes } from "../ports/probes";
import type { SecretBox } from "../ports/secret-box";
import type { StagedHttp } from "../ports/staged-http";
import { allChecks, collectingAdvice, type Health, type ProbeFinding } from "./model";
import type { Probed, ProbePorts } from "./probe";

/** What is known of a kind of source here. */
interface ProbedPlugin {
  readonly kind: string;
  readonly config: {
    safeParse(
      value: unknown,
    ):
      | { readonly success: true; readonly data: unknown }
      | { readonly success: false; readonly error: { readonly issues: readonly { message: string }[] } };
  };
  // The schema of the same plug-in has read what it is given.
  readonly probe?: ((config: never, ports: ProbePorts) => Promise<Probed>) | undefined;
}

export interface HealthPorts {
  readonly catalog: Pick<Catalog, "source">;
  readonly probes: Probes;
  readonly stagedHttp: StagedHttp;
  readonly clock: Pick<Clock, "now">;
  readonly secretBox: Pick<SecretBox, "open">;
  readonly sourcePlugins: readonly ProbedPlugin[];
}

/** A probe that takes longer is given up: somebody waits for it. */
const PROBE_WITHIN_MS = 20_000;
/** Of that, what its one request may take. */
const REQUEST_WITHIN_MS = 15_000;

/** The health of a source as it is shown: of the last probe, and when that was. */
export interface SourceHealth {
  readonly source: string;
  readonly health: Health;
  readonly finding: ProbeFinding | undefined;
  readonly probedAt: Micros | undefined;
  readonly sentence: string;
}

const NOT_APPLICABLE = "Nothing outside is asked for it: there is nothing to probe.";
const NEVER = "It was never probed. A probe asks the service once, and tells how far that came.";

const CHANGED =
  "It was never probed since its settings were changed. A probe asks the service once, and tells how far that came.";

/** What the last probe of a source found, if it was of the settings that it has now; nothing is asked. @throws NotFound */
export async function sourceHealth(name: string, ports: HealthPorts): Promise<SourceHealth> {
  const source = await ports.catalog.source(name);
  const plugin = ports.sourcePlugins.find(({ kind }) => kind === source.kind);
  const none = { source: name, finding: undefined, probedAt: undefined };
  if (!plugin?.probe) return { ...none, health: "not applicable", sentence: NOT_APPLICABLE };
  const last = await ports.probes.last(name);
  if (!last) return { ...none, health: "never tried", sentence: NEVER };
  const { finding, at } = last;
  if (finding.settings !== versionOf(source.config))
    return { ...none, health: "never tried", sentence: CHANGED };
  return { source: name, health: finding.health, finding, probedAt: at, sentence: finding.sentence };
}

/**
 * Asks a source's service once, and keeps what came of it. What goes wrong out there is the finding, not an error.
 * @param signal aborted when nobody waits any more: then nothing is kept
 * @throws NotFound; Denied for a source that asks nothing outside; Invalid when its settings cannot be read
 */
export async function probeSource(
  name: string,
  signal: AbortSignal | undefined,
  ports: HealthPorts,
): Promise<SourceHealth> {
  const source = await ports.catalog.source(name);
  const plugin = ports.sourcePlugins.find(({ kind }) => kind === source.kind);
  if (!plugin?.probe) throw new Denied(`${name} cannot be probed: nothing outside is asked for it`);
  const opened = await openConfig(source.config, ports.secretBox);
  if (opened.lost.length > 0) throw new Invalid(lostSentence(`source "${name}"`, opened.lost));
  const config = plugin.config.safeParse(opened.config);
  if (!config.success)
    throw new Invalid(
      `the settings of ${name} cannot be read (${config.error.issues.map(({ message }) => message).join("; ")}): correct them first`,
    );
  const began = performance.now();
  const limit = AbortSignal.timeout(PROBE_WITHIN_MS);
  const probed = await plugin.probe(config.data as never, {
    http: ports.stagedHttp,
    now: ports.clock.now(),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    timeoutMs: REQUEST_WITHIN_MS,
  });
  const finding = {
    ...findingOf(probed, performance.now() - began),
    settings: versionOf(source.config),
  };
  if (!signal?.aborted) await ports.probes.keep(name, finding);
  return sourceHealth(name, ports);
}

function findingOf(probed: Probed, tookMs: number): ProbeFinding {
  const { checks, failed, what, found } = probed;
  const sentence = failed
    ? `${what}: ${failed.why}. What to do: ${collectingAdvice(failed.check)}.`
    : `${what}: ${found ?? "it answered as it should"}.`;
  return {
    health: failed?.check ?? "passed",
    checks: allChecks(checks),
    sentence,
    tookMs: Math.round(tookMs),
  };
}

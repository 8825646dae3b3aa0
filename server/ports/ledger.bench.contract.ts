import { createHash, randomUUID } from "node:crypto";
import type { Interval } from "../observation/interval";
import { HOUR } from "../observation/time";
import type { Exclusion, Judgement, SpanRule, Window, WindowFacts, WindowSettings } from "../window/model";
import { judge } from "../window/readiness";
import type {
  BuildCommit,
  BuildPlan,
  CoverageChange,
  Delivery,
  DeliveryFacts,
  GenerationFacts,
  Ledger,
} from "./ledger";
import type { Transactions, Tx } from "./transactions";

const day = Date.UTC(2024, 0, 1) * 1000;
const settled: WindowSettings = { subjectToChange: 0, policy: { kind: "build-after", after: 0 } };

type Touches = readonly (readonly [Window, number])[];
interface GenerationChange {
  commandId?: string;
  ordinal?: number;
  touches?: Touches;
  rejected?: GenerationFacts["rejected"];
}
type Claims = readonly (readonly [Interval, Interval])[];

/** What an adapter of the ledger brings to its contract suite. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly transactions: Transactions;
  /** Sets the clock that leases and fences use, µs. */
  setClock(now: number): void;
  /** Makes the dataset when it is new; replaces its span history. */
  seedDataset(name: string, rules: readonly SpanRule[]): Promise<void>;
  /** Replaces the exclusions in force; left out where the adapter's exclusions are not there yet. Ids are UUIDs. */
  seedExclusions?(dataset: string, exclusions: readonly Exclusion[]): Promise<void>;
  close(): Promise<void>;
}

/** Short words for what a contract test does to a ledger; each is one transaction. */
export class Bench {
  readonly ledger: Ledger;

  constructor(private readonly under: { readonly ledger: Ledger; readonly transactions: Transactions }) {
    this.ledger = under.ledger;
  }

  tx<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.under.transactions.run(body);
  }

  facts(payload: string, change: Partial<DeliveryFacts> = {}): DeliveryFacts {
    return {
      dataset: "contract",
      start: day + 10 * HOUR,
      end: day + 11 * HOUR,
      payloadSha256: createHash("sha256").update(payload).digest("hex"),
      payloadKey: `payloads/${payload}.parquet`,
      payloadBytes: 100,
      priority: 0,
      collectedAt: day + 11 * HOUR,
      sourceName: "contract_source",
      ...change,
    };
  }

  generation(change: GenerationChange): GenerationFacts {
    const axis = { standard_name: "latitude", cf_unit: "degrees_north", from_col: "lat", dtype: "float64" };
    const touches = change.touches ?? [];
    return {
      commandId: change.commandId ?? randomUUID(),
      ordinal: change.ordinal ?? 0,
      map: {
        datetime: { from_col: "time", dtype: "datetime64[ns, UTC]" },
        lat: axis,
        lon: { ...axis, standard_name: "longitude", cf_unit: "degrees_east", from_col: "lon" },
        canonical_variables: [],
        metadata_variables: [{ column: "station_id", dtype: "string" }],
      },
      mapHash: createHash("sha256").update("map").digest("hex"),
      mapVersion: 1,
      columns: [{ name: "station_id", role: "metadata", dtype: "string" }],
      rows: touches.reduce((sum, [, rows]) => sum + rows, 0),
      stations: 1,
      observed: undefined,
      touches: touches.map(([{ start, end }, rows]) => ({ window: { start, end }, rows, stations: 1 })),
      rejected: change.rejected ?? [],
      badCells: {},
      unmapped: {},
      futureDueAt: undefined,
    };
  }

  receive(payload: string, given: Partial<DeliveryFacts> & { claims?: Claims }): Promise<Delivery> {
    const { claims = [], ...change } = given;
    const cut = claims.map(([window, claim]) => ({
      window: { start: window.start, end: window.end },
      claim: { start: claim.start, end: claim.end },
    }));
    return this.tx((tx) => this.ledger.receive(tx, this.facts(payload, change), cut));
  }

  record(id: number, change: GenerationChange) {
    return this.tx((tx) => this.ledger.recordGeneration(tx, id, this.generation(change)));
  }

  async ingest(payload: string, given: { claims?: Claims; touches?: Touches }): Promise<Delivery> {
    const delivery = await this.receive(payload, { claims: given.claims ?? [] });
    await this.record(delivery.id, { touches: given.touches ?? [] });
    return delivery;
  }

  /** One delivery that claims and touches whole windows, received, recorded and judged as settled in one transaction. */
  ingestAndJudge(payload: string, claimed: readonly Window[], touches: Touches): Promise<Delivery> {
    return this.tx(async (tx) => {
      const cut = claimed.map(({ start, end }) => ({ window: { start, end }, claim: { start, end } }));
      const delivery = await this.ledger.receive(tx, this.facts(payload), cut);
      const { windows } = await this.ledger.recordGeneration(tx, delivery.id, this.generation({ touches }));
      for (const window of windows) await this.judgeIn(tx, window, settled);
      return delivery;
    });
  }

  load(window: Window): Promise<WindowFacts> {
    return this.tx((tx) => this.ledger.lockWindow(tx, window));
  }

  judge(window: Window, settings: WindowSettings = settled): Promise<Judgement> {
    return this.tx((tx) => this.judgeIn(tx, window, settings));
  }

  due(now: number) {
    return this.tx((tx) => this.ledger.dueWindows(tx, now, 100));
  }

  withdraw(key: string, withdrawn: boolean) {
    return this.tx(async (tx) => (await this.ledger.setWithdrawn(tx, key, withdrawn)).windows);
  }

  ordinal(key: string, requestId: string) {
    return this.tx((tx) => this.ledger.nextOrdinal(tx, key, requestId));
  }

  reprocess(window: Window, requestKey: string, forced: boolean) {
    return this.tx((tx) => this.ledger.requestReprocess(tx, window, requestKey, forced));
  }

  /** As a builder does: judges first, in the same transaction. `lease` in µs. */
  begin(window: Window, lease: number = HOUR): Promise<BuildPlan | undefined> {
    return this.tx(async (tx) => {
      await this.judgeIn(tx, window, settled);
      return this.ledger.beginBuild(tx, window, lease / 1000);
    });
  }

  async mustBegin(window: Window, lease?: number): Promise<BuildPlan> {
    const plan = await this.begin(window, lease);
    if (!plan) throw new Error("no build was given out");
    return plan;
  }

  renew(plan: BuildPlan, lease: number): Promise<boolean> {
    return this.tx((tx) => this.ledger.renewBuild(tx, plan.window, plan.token, lease / 1000));
  }

  /** Commits a file with these bytes' hash, or an empty result. */
  commit(plan: BuildPlan, sha256: string | undefined): Promise<BuildCommit> {
    const file = sha256 === undefined ? undefined : `${sha256}.parquet`;
    const result = {
      kind: "built",
      output: sha256 === undefined ? "empty" : "revision",
      fileKey: file,
      sha256,
      bytes: sha256 === undefined ? 0 : 10,
      rows: sha256 === undefined ? 0 : 5,
      stations: sha256 === undefined ? 0 : 1,
      columns: [],
      bbox: sha256 === undefined ? undefined : ([1, 2, 3, 4] as const),
      observed: undefined,
      mapHashes: plan.deliveries.map(({ mapHash }) => mapHash),
      manifestKey: file && `${file}.json`,
    } as const;
    return this.tx((tx) => this.ledger.commitBuild(tx, plan, result, undefined));
  }

  coverageChange(window: Window): Promise<CoverageChange | undefined> {
    return this.tx((tx) => this.ledger.coverageChange(tx, window));
  }

  followCoverage(change: CoverageChange | undefined, manifestKey: string): Promise<void> {
    return this.tx(async (tx) => change && this.ledger.followCoverage(tx, change, manifestKey));
  }

  fail(plan: BuildPlan, error: string, retryAt: number): Promise<BuildCommit> {
    return this.tx((tx) => this.ledger.commitBuild(tx, plan, { kind: "failed", error }, retryAt));
  }

  private async judgeIn(tx: Tx, window: Window, settings: WindowSettings): Promise<Judgement> {
    const judgement = judge(await this.ledger.lockWindow(tx, window), settings, await this.ledger.now(tx));
    await this.ledger.saveJudgement(tx, window, judgement);
    return judgement;
  }
}

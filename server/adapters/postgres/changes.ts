import pg from "pg";
import type { Change, Changes } from "../../ports/changes";
import type { Log } from "../../ports/log";
import type { Database } from "./database";
import { KEPT_ALIVE } from "./session";

const RECONNECT_MS = 1_000;

/** Changes by LISTEN and NOTIFY: one connection for all listeners of the process, opened again when it is lost. */
export class PostgresChanges implements Changes {
  private readonly listeners = new Set<(change: Change) => void>();
  private client: pg.Client | undefined;
  private closed = false;

  constructor(
    private readonly db: Database,
    private readonly connectionString: string,
    private readonly log: Log,
  ) {}

  async notify(change: Change): Promise<void> {
    await this.db.notify(undefined, change);
  }

  async listen(listener: (change: Change) => void): Promise<() => Promise<void>> {
    this.listeners.add(listener);
    if (!this.client) await this.connect().catch((error) => this.later(error));
    return async () => {
      this.listeners.delete(listener);
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.connectionString,
      ...KEPT_ALIVE,
      connectionTimeoutMillis: 10_000,
    });
    this.client = client;
    client.on("error", (error) => this.later(error));
    client.on("end", () => this.later(undefined));
    client.on("notification", ({ payload }) => {
      const change = JSON.parse(payload ?? "{}") as Change;
      for (const listener of this.listeners) listener(change);
    });
    await client.connect();
    await client.query("LISTEN ionbeam_change");
  }

  /** A lost connection may have cost notifications: everybody is told that anything may have changed. */
  private later(error: unknown): void {
    if (this.closed || !this.client) return;
    const lost = this.client;
    this.client = undefined;
    lost.removeAllListeners();
    lost.on("error", () => undefined);
    lost.end().catch(() => undefined);
    this.log.warn("lost the connection that listens for changes", {
      error: error instanceof Error ? error.message : undefined,
    });
    setTimeout(() => {
      if (this.closed) return;
      this.connect()
        .then(() => {
          for (const noun of ["outbox", "inbox", "window", "run"] as const) {
            for (const listener of this.listeners) listener({ noun });
          }
        })
        .catch((again) => this.later(again));
    }, RECONNECT_MS).unref();
  }
}

import type { Micros } from "../../observation/time";
import type { Transactions, Tx } from "../../ports/transactions";

/**
 * Tables in memory with transactions that run one after another and roll back whole. For tests only: nothing survives the process.
 */
export class MemoryStore implements Transactions {
  private tail: Promise<unknown> = Promise.resolve();
  private undo: (() => void)[] = [];

  constructor(readonly clock: () => Micros) {}

  run<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    const turn = this.tail.then(() => this.transact(body));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  table<Value>(): Table<Value> {
    return new Table<Value>((step) => this.undo.push(step));
  }

  private async transact<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    this.undo = [];
    try {
      return await body({} as Tx);
    } catch (error) {
      for (const step of this.undo.reverse()) step();
      throw error;
    }
  }
}

/** Rows by key; values are replaced, never changed in place, so that an undo step is the old value. */
export class Table<Value> {
  private readonly rows = new Map<string, Value>();

  constructor(private readonly journal: (undo: () => void) => void) {}

  get(key: string): Value | undefined {
    return this.rows.get(key);
  }

  set(key: string, value: Value): void {
    const had = this.rows.has(key);
    const before = this.rows.get(key);
    this.journal(() => {
      if (had) this.rows.set(key, before as Value);
      else this.rows.delete(key);
    });
    this.rows.set(key, value);
  }

  delete(key: string): void {
    const before = this.rows.get(key);
    if (before === undefined) return;
    this.journal(() => this.rows.set(key, before));
    this.rows.delete(key);
  }

  values(): Value[] {
    return [...this.rows.values()];
  }
}

declare const transaction: unique symbol;

/** An open transaction on the truth. Opaque: only adapters look inside. */
export interface Tx {
  readonly [transaction]: true;
}

export interface Transactions {
  /** Runs `body` in one transaction; commits when it returns, rolls back when it throws. */
  run<T>(body: (tx: Tx) => Promise<T>): Promise<T>;
}

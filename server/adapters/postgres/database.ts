import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../prisma/generated/client";
import { Conflict, DISK_FULL, isDiskFull, Transient } from "../../errors";
import type { Micros } from "../../observation/time";
import type { Change } from "../../ports/changes";
import type { Transactions, Tx } from "../../ports/transactions";
import { lossyPool } from "./session";

type Client = Pick<PrismaClient, "$queryRawUnsafe" | "$executeRawUnsafe">;
type Value = string | number | boolean | null | undefined | readonly string[] | readonly number[];

/** PostgreSQL's and Prisma's codes that say "not now" (connection, shutdown, deadlock, serialisation, pool and transaction time-outs). */
const PASSING = /^(08|53|57P|40001|40P01|55P03)|^(P1001|P1002|P1008|P1017|P2024|P2028|P2034)$/;

/** µs of a timestamptz column, as a JavaScript number after `rows`. */
export function us(column: string): string {
  return `(extract(epoch from ${column}) * 1000000)::bigint`;
}

/** A timestamptz of a µs parameter. */
export function timestamp(parameter: string): string {
  return `(timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond')`;
}

/**
 * The truth in PostgreSQL, through one Prisma client: typed models for what is configured, set-based SQL for the ledger, and both in one
 * transaction. Integers of 64 bits come back as numbers: all of ours are below 2^53.
 */
export class Database implements Transactions {
  readonly prisma: PrismaClient;

  constructor(
    connectionString: string,
    options: {
      readonly connections?: number;
      /** What its sessions are called on the server. */
      readonly name?: string | undefined;
      readonly clock?: (() => Micros) | undefined;
      /** Whether the disk under the database has no space left: asked when it does not answer, which is then why. */
      readonly diskIsFull?: () => boolean;
      /** After how long without a byte a session is taken for lost; only tests set it. */
      readonly answerWithinMs?: number;
      /** Told of each statement: tests count them. */
      readonly onStatement?: (text: string) => void;
    } = {},
  ) {
    this.clock = options.clock;
    this.diskIsFull = options.diskIsFull ?? (() => false);
    const client = new PrismaClient({
      adapter: new PrismaPg({
        ...lossyPool(options.answerWithinMs),
        connectionString,
        ...(options.name === undefined ? {} : { application_name: options.name }),
        max: options.connections ?? 8,
      }),
      transactionOptions: { maxWait: 30_000, timeout: 120_000 },
    });
    // The typed models' errors are told as those of our own statements are. An extended client lacks only what we do not use of it.
    this.prisma = client.$extends({
      query: {
        $allModels: {
          $allOperations: async ({ args, query }) => {
            try {
              return await query(args);
            } catch (error) {
              throw classified(error, this.diskIsFull);
            }
          },
        },
      },
    }) as unknown as PrismaClient;
    this.onStatement = options.onStatement;
  }

  /** Only tests set a clock; else time is the database's. */
  private readonly clock: (() => Micros) | undefined;
  private readonly diskIsFull: () => boolean;
  private readonly onStatement: ((text: string) => void) | undefined;

  async run<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.prisma.$transaction((client) => body(client as unknown as Tx));
    } catch (error) {
      throw classified(error, this.diskIsFull);
    }
  }

  /** Rows of a statement, inside `tx` when one is given. */
  async rows<Row>(tx: Tx | undefined, text: string, ...values: readonly Value[]): Promise<Row[]> {
    const client: Client = tx ? this.client(tx) : this.prisma;
    this.onStatement?.(text);
    try {
      const rows = await client.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values);
      return rows.map(plain) as Row[];
    } catch (error) {
      throw classified(error, this.diskIsFull);
    }
  }

  /** Number of rows a statement changed. */
  async execute(tx: Tx | undefined, text: string, ...values: readonly Value[]): Promise<number> {
    const client: Client = tx ? this.client(tx) : this.prisma;
    this.onStatement?.(text);
    try {
      return await client.$executeRawUnsafe(text, ...values);
    } catch (error) {
      throw classified(error, this.diskIsFull);
    }
  }

  /** Prisma's typed models inside a transaction. */
  client(tx: Tx): Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0] {
    return tx as unknown as Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
  }

  async now(tx?: Tx): Promise<Micros> {
    if (this.clock) return this.clock();
    const [row] = await this.rows<{ now: number }>(tx, `SELECT ${us("clock_timestamp()")} AS now`);
    if (!row) throw new Transient("the database did not tell the time");
    return row.now;
  }

  /** A hint to screens and loops; sent when the transaction commits. */
  async notify(tx: Tx | undefined, change: Change): Promise<void> {
    await this.rows(tx, "SELECT pg_notify('ionbeam_change', $1)::text", JSON.stringify(change));
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
  }
}

function plain(row: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    out[name] = typeof value === "bigint" ? Number(value) : value === null ? undefined : value;
  }
  return out;
}

interface DriverCause {
  readonly originalCode?: string;
  readonly kind?: string;
}

/** What a statement throws holds the driver's error; what the begin of a transaction throws is it. */
interface DriverError {
  readonly code?: string;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: DriverCause } };
  readonly cause?: DriverCause;
}

/** Says by class what to do about a database error; an error of ours passes through. */
export function classified(error: unknown, diskIsFull: () => boolean): unknown {
  const { code, meta, cause: own } = (error ?? {}) as DriverError;
  const cause = meta?.driverAdapterError?.cause ?? own;
  const codes = [code, cause?.originalCode].filter((each): each is string => typeof each === "string");
  if (codes.includes("53100") || isDiskFull(error)) return new Transient(DISK_FULL, { cause: error });
  const unreachable =
    cause?.kind === "DatabaseNotReachable" ||
    cause?.kind === "ConnectionClosed" ||
    cause?.kind === "SocketTimeout";
  if (unreachable || codes.some((each) => PASSING.test(each)) || isSocketError(error)) {
    // A server whose disk is full goes down and, while it recovers, answers nobody.
    const sentence = diskIsFull() ? DISK_FULL : "PostgreSQL did not answer; it is tried again";
    return new Transient(sentence, { cause: error });
  }
  if (cause?.originalCode === "23505")
    return new Conflict("somebody else wrote this row first", { cause: error });
  return error;
}

/** The words of Node and of `pg` for a connection that is lost, or cannot be had. */
const SOCKET_ERROR =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT.*\.s\.PGSQL|Connection terminated|Server has closed the connection|connection error and is not queryable|Can't reach database server|timeout exceeded when trying to connect/;

function isSocketError(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  return SOCKET_ERROR.test(text);
}

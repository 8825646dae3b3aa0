import path from "node:path";
import { z } from "zod";
import { contactProblem } from "../server/contact";
import { Invalid } from "../server/errors";
import { parseBytes, parseReserve, type Reserve } from "../server/reserve";

/** Variables that choose an adapter of the distributed profile which this version does not have yet. */
const NOT_YET = {
  REDIS_URL: "jobs on Redis",
  AMQP_URL: "messages on RabbitMQ",
  INFLUX_URL: "observations in InfluxDB",
  S3_URL: "files in an S3 store",
} as const;

/** Less than this, DuckDB cannot sort a row group of each of its threads. */
const LEAST_MEMORY = 128 * 1024 ** 2;

const text = z.string().trim();
const optionalText = text.optional().transform((value) => (value === "" ? undefined : value));

const schema = z.object({
  PORT: z
    .string()
    .trim()
    .regex(/^\d{1,5}$/, "is not a port number; give one from 1 to 65535")
    .transform(Number)
    .refine((port) => port <= 65_535, "is not a port number; give one from 1 to 65535")
    .optional(),
  IONBEAM_HOST: optionalText,
  IONBEAM_ALLOWED_HOSTS: optionalText,
  IONBEAM_DATA_DIR: optionalText,
  IONBEAM_CONFIG_PATH: optionalText,
  IONBEAM_CONTACT: optionalText.superRefine((contact, check) => {
    const problem = contact === undefined ? undefined : contactProblem(contact);
    if (problem !== undefined) check.addIssue(problem);
  }),
  IONBEAM_DISK_RESERVE: optionalText
    .refine(
      (reserve) => reserve === undefined || parseReserve(reserve) !== undefined,
      "is not how much of the disk to keep free: give bytes such as 2GiB, or a part such as 5%",
    )
    .transform((reserve) => (reserve === undefined ? undefined : parseReserve(reserve))),
  IONBEAM_DUCKDB_MEMORY: optionalText
    .transform((memory) => (memory === undefined ? undefined : (parseBytes(memory) ?? Number.NaN)))
    .refine(
      (memory) => memory === undefined || memory >= LEAST_MEMORY,
      "is not how much memory DuckDB may take: give at least 128MiB, such as 384MiB or 2GiB",
    ),
  IONBEAM_SECRET_KEY: optionalText.refine(
    (key) => key === undefined || Buffer.from(key, "base64").length === 32,
    "is not a key: give 32 random bytes in base64, such as `openssl rand -base64 32` prints",
  ),
  DATABASE_URL: optionalText.refine(
    (url) => url === undefined || /^postgres(ql)?:\/\//.test(url),
    "does not begin with postgresql:// ; give the address of a PostgreSQL database, or unset it to use the embedded one",
  ),
});

export type Environment = {
  /** TCP port of the web; 0 takes any free one. */
  readonly port: number;
  /** Address the web listens on. */
  readonly host: string;
  /** Host names, besides loopback and `host`, that requests may be addressed to. */
  readonly allowedHosts: readonly string[];
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** Absolute path of the YAML settings, when one is named. */
  readonly configPath: string | undefined;
  /** Whom the operators of archives and services may write to: an e-mail address or a URL. */
  readonly contact: string | undefined;
  /** How much of the disk is kept free: collection waits below it. */
  readonly diskReserve: Reserve | undefined;
  /** Bytes that DuckDB may take before it spills to disk. */
  readonly duckdbMemory: number | undefined;
  /** Base64 of the 32 bytes that secrets of the configuration are sealed with; unset, a file of the data folder holds them. */
  readonly secretKey: string | undefined;
  /** The PostgreSQL to use instead of the embedded one. */
  readonly databaseUrl: string | undefined;
};

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The settings that come from the environment, checked.
 * @throws Invalid naming the variable and what to do.
 */
export function readEnvironment(variables: Variables = process.env, cwd = process.cwd()): Environment {
  for (const [name, what] of Object.entries(NOT_YET)) {
    if (variables[name]) {
      throw new Invalid(
        `${name} is set, but this version cannot keep ${what} yet: unset ${name} to use the embedded one.`,
      );
    }
  }
  const given = { ...variables, PORT: variables.PORT?.trim() === "" ? undefined : variables.PORT };
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? "environment");
    const value = name === "IONBEAM_SECRET_KEY" ? "..." : shown(variables[name] ?? "");
    throw new Invalid(`${name}=${value} ${issue?.message ?? "is not valid"}.`);
  }
  const env = parsed.data;
  return {
    port: env.PORT ?? 3000,
    host: env.IONBEAM_HOST ?? "127.0.0.1",
    allowedHosts: (env.IONBEAM_ALLOWED_HOSTS ?? "").split(/[\s,]+/).filter((name) => name !== ""),
    dataDir: path.resolve(cwd, env.IONBEAM_DATA_DIR ?? ".ionbeam"),
    configPath:
      env.IONBEAM_CONFIG_PATH === undefined ? undefined : path.resolve(cwd, env.IONBEAM_CONFIG_PATH),
    contact: env.IONBEAM_CONTACT,
    diskReserve: env.IONBEAM_DISK_RESERVE,
    duckdbMemory: env.IONBEAM_DUCKDB_MEMORY,
    secretKey: env.IONBEAM_SECRET_KEY,
    databaseUrl: env.DATABASE_URL,
  };
}

/** A refused value for a sentence on a terminal: one line, not endless. */
function shown(value: string): string {
  const line = value.replace(/\p{Cc}+/gu, "?");
  return line.length > 80 ? `${line.slice(0, 80)}...` : line;
}

/** One variable by name: for secrets that the YAML refers to, and for switches of tests. Empty counts as unset. */
export function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

/** The environment that child processes get: ours, with some variables set. */
export function childEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}

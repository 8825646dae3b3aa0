import { writeSync } from "node:fs";
import { readEnvironment } from "../../config/env";
import { intakeOf } from "../../config/intake-of";
import { Transient } from "../errors";
import { configuredSettings } from "../installation/configured";
import type { Log, LogFields } from "../ports/log";
import type { ApiPorts } from "./context";

/** Next gives each route its own copy of a module; the runtime must be one per process, so it hangs on the process itself. */
const held = globalThis as { ionbeamApiPorts?: Promise<ApiPorts> | undefined };

/** The ports of this process, opened once. @throws Transient while the line is starting */
export function apiPorts(): Promise<ApiPorts> {
  held.ionbeamApiPorts ??= open().catch((error: unknown) => {
    held.ionbeamApiPorts = undefined;
    throw error;
  });
  return held.ionbeamApiPorts;
}

async function open(): Promise<ApiPorts> {
  const env = readEnvironment();
  if (env.databaseUrl === undefined)
    throw new Transient("The line is starting: it answers as soon as its database does.");
  // Loaded when it is needed: a page is shown, and says what is missing, even where a driver cannot be loaded.
  const { openRuntime } = await import("../runtime");
  const runtime = await openRuntime(
    {
      dataDir: env.dataDir,
      connectionString: env.databaseUrl,
      connections: 5,
      contact: env.contact,
      secretKey: env.secretKey,
      // A file that cannot be understood stops the worker, which says so; the pages go on.
      intake: await intakeOf(env).catch(() => ({})),
    },
    processLog({}),
  );
  const { catalog, secretBox, alerts, sourcePlugins, projectionPlugins } = runtime;
  const { importConfig } = runtime.verbs;
  const settings = { catalog, secretBox, alerts, sourcePlugins, projectionPlugins, importConfig };
  return { ...runtime, settings: configuredSettings(env.configPath, settings) };
}

/** The web's log: its output is a file of the supervisor's. */
function processLog(bound: LogFields): Log {
  const at = (level: string) => (message: string, fields?: LogFields) => {
    const line = { time: new Date().toISOString(), level, message, ...bound, ...fields };
    try {
      // As a stream it would be closed for good by a disk that is full for a moment.
      writeSync(1, `${JSON.stringify(line, plain)}\n`);
    } catch {
      // Nowhere to say it.
    }
  };
  return {
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => processLog({ ...bound, ...fields }),
  };
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return value;
}

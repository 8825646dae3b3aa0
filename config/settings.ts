import { readFile } from "node:fs/promises";
import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { Invalid } from "../server/errors";
import { Duration } from "../server/observation/model";
import { parseDuration } from "../server/observation/time";
import { parseReserve } from "../server/reserve";
import { AlertsBlock, DatasetBlock, MapBlock } from "./settings-blocks";

/** A schedule as the seed's YAML writes it (dossier 4). */
const ScheduleBlock = z.strictObject({
  id: z.string().optional(),
  source_name: z.string().min(1),
  window_size: Duration,
  trigger_interval: Duration,
  window_lag: Duration.default("PT0S"),
  /** Ours: false where the schedule is kept and off. */
  enabled: z.boolean().optional(),
});

const Block = z.record(z.string(), z.unknown());

const most = z.number().int().min(1);

const Reserve = z.string().transform((text, check) => {
  const reserve = parseReserve(text);
  if (reserve) return reserve;
  check.addIssue("give how much of the disk to keep free: bytes such as 2GiB, or a part such as 5%");
  return z.NEVER;
});

/** Bytes that are an amount and no part of anything. */
const Amount = z.string().transform((text, check) => {
  const amount = parseReserve(text);
  if (amount?.kind === "bytes") return amount.bytes;
  check.addIssue("give an amount of bytes, such as 2GiB");
  return z.NEVER;
});

/** When collection waits. */
const IntakeBlock = z
  .strictObject({
    disk_reserve: Reserve,
    max_payloads: most,
    max_payload_size: Amount,
    max_wait: Duration.transform((text) => parseDuration(text) ?? Number.NaN),
    max_windows: most,
    max_window_rows: most,
    max_projections: most,
  })
  .partial();

/** The seed's YAML (dossier 3). Blocks of kinds that this version lacks are kept and shown, off. */
const SettingsFile = z.strictObject({
  broker: z.strictObject({ url: z.string() }).optional(),
  redis: z.strictObject({ redis_url: z.string() }).optional(),
  influxdb_common: z
    .strictObject({
      influxdb_org: z.string(),
      influxdb_url: z.string(),
      influxdb_token: z.string(),
      influxdb_bucket: z.string(),
    })
    .partial()
    .optional(),
  dataset_aggregator: z
    .strictObject({
      data_path: z.string(),
      delete_after_export: z.boolean(),
      page_size: z.number().int(),
      only_process_spanned_windows: z.boolean(),
    })
    .partial()
    .optional(),
  /** Ours. */
  intake: IntakeBlock.optional(),
  sources: z
    .object({
      scheduler: z
        .strictObject({
          /** Absent: the settings do not speak of schedules. */
          windows: z.array(ScheduleBlock).optional(),
          /** Ours: sources that are off although they have a schedule, or on without one. */
          enabled: z.record(z.string(), z.boolean()).optional(),
        })
        .optional(),
    })
    .catchall(Block)
    .optional(),
  projections: z
    .object({
      /** Ours: projections that are on or off otherwise than their kind is by default. */
      enabled: z.record(z.string(), z.boolean()).optional(),
    })
    .catchall(Block)
    .optional(),
  /** Ours: settings of datasets, by their names. */
  datasets: z.record(z.string(), DatasetBlock).optional(),
  /** Ours: variable maps that are not their kind's, by source. */
  maps: z.record(z.string(), MapBlock).optional(),
  /** Ours: from when on something is an alert. */
  alerts: AlertsBlock.optional(),
});

type SettingsFile = z.infer<typeof SettingsFile>;

export interface Settings {
  readonly file: string;
  readonly values: SettingsFile;
  /** The line of a key, for sentences: `lineOf(["sources", "ioncannon", "seed"])`. */
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined;
}

/** Settings that choose an adapter which this version does not have: they stop a start, and are passed over by an import. */
const ADAPTERS: readonly { readonly path: readonly string[]; readonly what: string }[] = [
  { path: ["broker", "url"], what: "messages on RabbitMQ" },
  { path: ["redis", "redis_url"], what: "jobs on Redis" },
  { path: ["influxdb_common", "influxdb_url"], what: "observations in InfluxDB" },
];

/** Reads and checks a YAML file. @throws Invalid naming the file, the line and what to do */
export async function readSettings(file: string): Promise<Settings> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Invalid(`The settings file ${file} cannot be read: give the path of an existing YAML file.`, {
      cause: error,
    });
  }
  return parseSettings(text, file);
}

export function parseSettings(text: string, file: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line ?? 1;
    throw new Invalid(
      `The settings ${file} are not valid YAML, line ${line}: ${(broken.message.split("\n")[0] ?? "").replace(/[.:\s]+$/, "")}: correct that line.`,
    );
  }
  const content = document.contents;
  if (content !== null && !isMap(content)) {
    throw new Invalid(
      `${file}, line ${lines.linePos(content.range?.[0] ?? 0).line}: the settings are no mapping: begin with "sources:" or "projections:", and what belongs to it indented below.`,
    );
  }
  const lineOf = (path: readonly (string | number)[]) => lineOfKey(document, lines, path);
  const parsed = SettingsFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    // A misspelt key also makes the right one missing: the misspelling says more.
    const { issues } = parsed.error;
    const issue = issues.find((each) => each.code === "unrecognized_keys") ?? issues[0];
    if (issue) throw settingError({ file, lineOf }, issue.path as (string | number)[], issue);
  }
  return { file, lineOf, values: SettingsFile.parse(document.toJS() ?? {}) };
}

/** The bounds of collection that the file names. */
export function intakeBounds({ values: { intake = {} } }: Pick<Settings, "values">) {
  const named = {
    reserve: intake.disk_reserve,
    payloads: intake.max_payloads,
    payloadBytes: intake.max_payload_size,
    waited: intake.max_wait,
    windows: intake.max_windows,
    windowRows: intake.max_window_rows,
    projections: intake.max_projections,
  };
  // What is not named is standard.
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as ExactPartial<
    typeof named
  >;
}

type ExactPartial<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

/** The sentence of a wrong setting: file, line, key, and what is wrong with it. */
export function settingError(
  settings: Pick<Settings, "file" | "lineOf">,
  path: readonly (string | number)[],
  issue: z.core.$ZodIssue,
): Invalid {
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    return new Invalid(
      `${settings.file}, line ${lineNear(settings, [...path, key])}: "${[...path, key].join(".")}" is not a setting that Ionbeam knows: correct or remove it.`,
    );
  }
  return new Invalid(
    `${settings.file}, line ${lineNear(settings, path)}: "${path.join(".")}": ${issue.message}.`,
  );
}

/** The settings whose adapter does not exist yet, a sentence each. */
export function missingAdapters(settings: Settings): readonly string[] {
  return ADAPTERS.flatMap(({ path, what }) => {
    const line = settings.lineOf(path);
    if (line === undefined) return [];
    return [
      `${settings.file}, line ${line}: "${path.join(".")}" asks for ${what}, which this version cannot do yet: remove it to use the embedded one.`,
    ];
  });
}

/** @throws Invalid for a setting whose adapter does not exist yet: the start must not go on as if it were obeyed */
export function refuseMissingAdapters(settings: Settings): void {
  const [first] = missingAdapters(settings);
  if (first !== undefined) throw new Invalid(first);
}

/** The line of a setting; of one that is missing, the line of the block that should have it. */
function lineNear(settings: Pick<Settings, "lineOf">, path: readonly (string | number)[]): number | string {
  for (let length = path.length; length > 0; length -= 1) {
    const line = settings.lineOf(path.slice(0, length));
    if (line !== undefined) return line;
  }
  return "?";
}

function lineOfKey(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
): number | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const items = (
    parent as
      | {
          items?: readonly {
            key?: { value?: unknown; range?: readonly number[] };
            range?: readonly number[];
          }[];
        }
      | undefined
  )?.items;
  const last = path.at(-1);
  const item = typeof last === "number" ? items?.[last] : items?.find((each) => each.key?.value === last);
  const offset = item?.key?.range?.[0] ?? item?.range?.[0];
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type {
  DayInput,
  Product,
  ProjectionInput,
  ProjectionPlugin,
  ProjectPorts,
  ShowInput,
} from "../plugin";
import { BASE_CONFIGURATION } from "./base-configuration";
import { withDataset } from "./configuration";
import { readText, replaceText } from "./durable-file";
import { showGeneration } from "./generation";
import { writeDay, writeGeoParquet } from "./geoparquet";
import { intervalName } from "./interval-name";
import { withLock } from "./lock";
import { type Resource, resourceOf } from "./resource";

const Config = z.object({
  config_path: z
    .string()
    .min(1)
    .optional()
    .meta({ title: "pygeoapi's configuration", description: "YAML file; made when it is missing" }),
  output_path: z.string().min(1).optional().meta({
    title: "Folder to serve",
    description: "pygeoapi reads <folder>/<dataset>, one file per day or window",
  }),
  input_path: z.string().optional().meta({ title: "Unused", description: "Accepted, of no effect" }),
});
type Config = z.infer<typeof Config>;

const FOLDER = "projections/pygeoapi";

/**
 * GeoParquet 1.1 per window and per day, and pygeoapi's configuration.
 *
 * A product's own name holds window and content (`<start>_<end>.<hash8>.parquet`) and is never written twice. pygeoapi reads another folder, in which
 * each day or window has one name (`<start>_<end>.parquet`), a hard link to its product. That folder is a symbolic link to one generation of
 * links, and everything that changes is shown at once by moving it to the next (SEMANTICS 5, *Days*).
 */
export const pygeoapi: ProjectionPlugin<typeof Config> = {
  kind: "pygeoapi",
  title: "pygeoapi (GeoParquet)",
  config: Config,
  enabledByDefault: true,
  project: async (input, _config, ports) =>
    input.file === undefined ? [] : [await encode(input, input.file, ports)],
  days: { compact: compactDay, show },
};

async function encode(input: ProjectionInput, file: string, ports: ProjectPorts): Promise<Product> {
  const { datasetColumns, columns, identity, mobile } = input;
  const local = await ports.files.scratch(`${intervalName(input.window)}.parquet`);
  try {
    const request = { file, present: columns, columns: datasetColumns, identity, mobile };
    await ports.columnar.session((session) => writeGeoParquet(session, request, local), ports.signal);
    const { size } = await stat(local);
    const sha256 = await hashFile(local);
    const name = `${intervalName(input.window)}.${sha256.slice(0, 8)}.parquet`;
    const key = `${FOLDER}/${input.dataset.name}/${name}`;
    await ports.confirm();
    await ports.files.adopt(local, key);
    return { name, path: ports.files.location(key), bytes: size, sha256 };
  } finally {
    await rm(local, { force: true });
  }
}

async function compactDay(input: DayInput, ports: ProjectPorts, target: string): Promise<void> {
  const { products, datasetColumns, identity, mobile } = input;
  const request = {
    files: products.map((product) => product.path),
    columns: datasetColumns,
    identity,
    mobile,
  };
  await ports.columnar.session((session) => writeDay(session, request, target), ports.signal);
}

/** Under a lock: the configuration is one file for all datasets, and may be a person's. */
async function show(input: ShowInput, config: Config, ports: ProjectPorts): Promise<void> {
  const { served, generations } = foldersOf(input.dataset.name, config, ports);
  const configuration = config.config_path
    ? path.resolve(config.config_path)
    : ports.files.location(`${FOLDER}/pygeoapi-config.yml`);
  await mkdir(path.dirname(configuration), { recursive: true });
  const sleep = (ms: number) => ports.clock.sleep(ms, ports.signal);
  const files = input.files.map(({ interval, path: file }) => ({
    name: `${intervalName(interval)}.parquet`,
    path: file,
  }));
  await withLock(`${configuration}.lock`, sleep, async () => {
    const { extent } = input;
    const resource = extent && files.length > 0 ? resourceOf(input, extent, served) : undefined;
    const generation = () => showGeneration(served, generations, files, input.version, ports.clock.now());
    const describe = () => writeConfiguration(configuration, input.dataset.name, resource);
    // pygeoapi fails on an empty folder, so a configuration never offers one: the folder is filled first, and emptied last.
    const steps = resource ? [generation, describe] : [describe, generation];
    for (const step of steps) await step();
  });
}

async function writeConfiguration(
  file: string,
  dataset: string,
  resource: Resource | undefined,
): Promise<void> {
  const before = await readText(file);
  const base = before?.trim() ? before : BASE_CONFIGURATION;
  const after = withDataset(base, dataset, resource, file);
  if (after !== before) await replaceText(file, after);
}

/** The folder that pygeoapi reads, and that of its generations, on the same disk. */
function foldersOf(dataset: string, { output_path }: Config, { files }: ProjectPorts) {
  if (output_path === undefined) {
    const folder = files.location(`${FOLDER}/${dataset}`);
    return { served: path.join(folder, "served"), generations: path.join(folder, "generations") };
  }
  const folder = path.resolve(output_path);
  return { served: path.join(folder, dataset), generations: path.join(folder, ".generations", dataset) };
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

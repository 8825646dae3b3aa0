import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, opendir, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { formatInstant, type Micros } from "../../observation/time";
import type { Product, ProjectionInput, ProjectionPlugin, ProjectPorts } from "../plugin";
import { BASE_CONFIGURATION } from "./base-configuration";
import { withDataset } from "./configuration";
import { readText, removeFile, replaceByLink, replaceText } from "./durable-file";
import { writeGeoParquet } from "./geoparquet";
import { withLock } from "./lock";
import { resourceOf } from "./resource";

const Config = z.object({
  config_path: z
    .string()
    .min(1)
    .optional()
    .meta({ title: "pygeoapi's configuration", description: "YAML file; made when it is missing" }),
  output_path: z.string().min(1).optional().meta({
    title: "Folder to serve",
    description: "pygeoapi reads <folder>/<dataset>, one file per window",
  }),
  input_path: z.string().optional().meta({ title: "Unused", description: "Accepted, of no effect" }),
});
type Config = z.infer<typeof Config>;

const FOLDER = "projections/pygeoapi";

/**
 * GeoParquet 1.1 per window, and pygeoapi's configuration.
 *
 * A product's own name holds window and content (`<start>_<end>.<hash8>.parquet`) and is never written twice. pygeoapi reads another folder, in which
 * each window has one name (`<start>_<end>.parquet`), a hard link to the window's current product that a rename replaces: so readers find
 * exactly one whole file per window at any instant, and the work is the same however many windows there are.
 */
export const pygeoapi: ProjectionPlugin<typeof Config> = {
  kind: "pygeoapi",
  title: "pygeoapi (GeoParquet)",
  config: Config,
  enabledByDefault: true,
  project: async (input, config, ports) => {
    const product = input.file === undefined ? undefined : await encode(input, input.file, ports);
    await show(input, product, config, ports);
    return product ? [product] : [];
  },
};

async function encode(input: ProjectionInput, file: string, ports: ProjectPorts): Promise<Product> {
  const local = await ports.files.scratch(`${windowName(input)}.parquet`);
  await ports.columnar.session(
    (session) =>
      writeGeoParquet(
        session,
        { file, columns: input.columns, identity: input.identity, mobile: input.mobile },
        local,
      ),
    ports.signal,
  );
  const { size } = await stat(local);
  const sha256 = await hashFile(local);
  const name = `${windowName(input)}.${sha256.slice(0, 8)}.parquet`;
  const key = `${FOLDER}/${input.dataset.name}/${name}`;
  await ports.files.adopt(local, key);
  return { name, path: ports.files.location(key), bytes: size, sha256 };
}

/** Lets readers see the product, or its absence. Under the lock, and only while the work is still ours: a late loser must not undo a newer one. */
async function show(
  input: ProjectionInput,
  product: Product | undefined,
  config: Config,
  ports: ProjectPorts,
): Promise<void> {
  const served = servedFolder(input.dataset.name, config, ports);
  const configuration = config.config_path
    ? path.resolve(config.config_path)
    : ports.files.location(`${FOLDER}/pygeoapi-config.yml`);
  await mkdir(served, { recursive: true });
  await mkdir(path.dirname(configuration), { recursive: true });
  const sleep = (ms: number) => ports.clock.sleep(ms, ports.signal);
  await withLock(`${configuration}.lock`, sleep, async () => {
    const extent = await ports.confirm();
    const live = path.join(served, `${windowName(input)}.parquet`);
    if (product) await replaceByLink(live, product.path);
    const before = await readText(configuration);
    const readable = product !== undefined || (await hasOther(served, live));
    const resource = extent && readable ? resourceOf(input, extent, served) : undefined;
    const base = before?.trim() ? before : BASE_CONFIGURATION;
    const after = withDataset(base, input.dataset.name, resource, configuration);
    if (after !== before) await replaceText(configuration, after);
    // Last, so that a configuration never offers a folder that has just become empty.
    if (!product) await removeFile(live);
  });
}

/** Whether pygeoapi finds a file besides this one; it fails on an empty folder. Stops at the first, however many there are. */
async function hasOther(folder: string, file: string): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (!entry.name.startsWith(".") && path.join(folder, entry.name) !== file) return true;
  }
  return false;
}

function servedFolder(dataset: string, config: Config, ports: ProjectPorts): string {
  if (config.output_path) return path.join(path.resolve(config.output_path), dataset);
  return ports.files.location(`${FOLDER}/${dataset}/served`);
}

/** `20240101_1200_20240101_1300`: a window's start and end to the minute, with seconds where a span needs them. */
export function windowName({ window }: Pick<ProjectionInput, "window">): string {
  return `${compact(window.start)}_${compact(window.end)}`;
}

function compact(instant: Micros): string {
  const [date = "", time = ""] = formatInstant(instant).replace("Z", "").split("T");
  const [hours, minutes, seconds] = time.split(":");
  return `${date.replaceAll("-", "")}_${hours}${minutes}${seconds === "00" ? "" : seconds}`;
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

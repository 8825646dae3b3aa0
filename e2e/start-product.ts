import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeArchive } from "./archive-folder";
import { startArchiveServer } from "./archive-server";

/** The secret of a kind that does not exist yet, as the settings file has it. */
export const FILE_SECRET = "written-in-the-settings-file";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const START_MS = 300_000;
const STOP_MS = 30_000;

/**
 * Starts the whole product on a new data folder and a free port, with an archive of one small day beside it. The pages are built
 * where they are not.
 * @returns what ends it all again
 */
export default async function startProduct(): Promise<() => Promise<void>> {
  if (!existsSync(path.join(ROOT, ".next", "BUILD_ID"))) build();
  const folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-e2e-"));
  const dataDir = path.join(folder, "data");
  mkdirSync(dataDir);
  const archiveFolder = writeArchive(path.join(folder, "archive"));
  const archive = await startArchiveServer(archiveFolder, { steered: true });
  const config = path.join(folder, "ionbeam.yaml");
  writeFileSync(
    config,
    `sources:\n  ioncannon:\n    num_stations: 40\n  netatmo:\n    client_id: of-the-file\n    client_secret: ${FILE_SECRET}\n  sensor_community:\n    base_url: ${archive.url}\n`,
  );
  const product = spawn(process.execPath, ["--import", "tsx", "workers/supervisor.ts"], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(await freePort()),
      IONBEAM_DATA_DIR: dataDir,
      IONBEAM_CONFIG_PATH: config,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => product.once("exit", () => resolve()));
  process.env.IONBEAM_E2E_ADDRESS = await addressOf(product);
  process.env.IONBEAM_E2E_DATA = dataDir;
  process.env.IONBEAM_E2E_ARCHIVE = archiveFolder;
  process.env.IONBEAM_E2E_ARCHIVE_URL = archive.url;
  process.env.IONBEAM_E2E_SETTINGS = config;
  return async () => {
    product.kill("SIGTERM");
    const late = setTimeout(() => product.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(late);
    await archive.close();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Chosen here, so that it stays the same when the web is started again. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function build(): void {
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw new Error("the pages could not be built");
}

/** The address that the product says it runs at. @throws Error with what it said instead */
function addressOf(product: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const give = (why: string) => {
      clearTimeout(deadline);
      product.kill("SIGKILL");
      reject(new Error(`${why}:\n${said}`));
    };
    const deadline = setTimeout(() => give("the product did not start in time"), START_MS);
    const ended = () => give("the product ended while it started");
    product.once("exit", ended);
    for (const stream of [product.stdout, product.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        const address = /Ionbeam runs at (\S+)/.exec(said)?.[1];
        if (address === undefined) return;
        clearTimeout(deadline);
        product.off("exit", ended);
        resolve(address);
      });
    }
  });
}

import path from "node:path";
import type { Command } from "commander";
import { Invalid, Transient } from "../server/errors";
import { countArgument } from "./cli-arguments";

interface Options {
  readonly json?: boolean;
}

interface RestoreOptions extends Options {
  readonly verify?: boolean;
  readonly fromManifests?: string;
  readonly backup?: string;
}

/** How often a long work says where it is. */
const TELL_EVERY_MS = 2_000;

/** Commands that keep a data folder and bring it back. */
export function addBackupCommands(program: Command, one: (options: Options, item: object) => void): void {
  program
    .command("backup <folder>")
    .description(
      "back up the data folder and its database, also while it runs; again into the same folder copies what is new",
    )
    .option("--keep <n>", "how many backups the folder keeps", countArgument, 3)
    .option("--allow-missing", "also when files that the ledger needs are missing or damaged")
    .option("--json", "print JSON")
    .action(async (folder: string, options: Options & { keep: number; allowMissing?: boolean }) => {
      const { backUpDataFolder } = await import("./cli-backup-runtime");
      const request = {
        folder: path.resolve(folder),
        keep: options.keep,
        allowMissing: options.allowMissing ?? false,
      };
      one(options, await interruptible((signal) => backUpDataFolder(request, teller(), signal)));
    });
  program
    .command("restore [folder]")
    .description("fill a new data folder (IONBEAM_DATA_DIR) and its empty database from a backup")
    .option(
      "--from-manifests <files>",
      "without a backup: make the database again from a data folder's `files`, in place or copied",
    )
    .option("--backup <id>", "not the newest backup of the folder, but this one (a folder below backups/)")
    .option("--verify", "only read the backup and compare it with its checksums")
    .option("--json", "print JSON")
    .action(async (given: string | undefined, options: RestoreOptions) => {
      const { fromManifests } = options;
      const { recoverDataFolder, restoreDataFolder, verifyBackup } = await import("./cli-backup-runtime");
      if (fromManifests !== undefined && given === undefined) {
        const files = path.resolve(fromManifests);
        return one(options, await interruptible((signal) => recoverDataFolder(files, teller(), signal)));
      }
      if (given === undefined || fromManifests !== undefined)
        throw new Invalid("say which: a folder of backups, or --from-manifests and a folder of files");
      const folder = path.resolve(given);
      one(
        options,
        options.verify
          ? await verifyBackup(folder, teller(), options.backup)
          : await interruptible((signal) => restoreDataFolder(folder, teller(), signal, options.backup)),
      );
    });
}

/** Says on standard error where the work is, now and then. */
function teller(): (progress: string) => void {
  let last = performance.now();
  return (progress) => {
    const now = performance.now();
    if (now - last < TELL_EVERY_MS) return;
    last = now;
    process.stderr.write(`ionbeam: ${progress}\n`);
  };
}

/** Ctrl-C ends the work in order: what was begun is closed, and nothing half-done looks whole. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  process.once("SIGINT", abort).once("SIGTERM", abort);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw new Transient("interrupted: run the same command again to go on");
    throw error;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}

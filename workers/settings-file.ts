import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { Invalid } from "../server/errors";

/**
 * Makes sure that the YAML settings can be read at all, before anything is built or started.
 * @throws Invalid naming the file, and the line where its YAML breaks.
 */
export async function checkSettingsFile(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "is not there" : `cannot be read (${cause.code})`;
    throw new Invalid(`The settings ${file} ${reason}: correct IONBEAM_CONFIG_PATH, or unset it.`, { cause });
  });
  const [broken] = parseDocument(text).errors;
  if (broken) {
    const line = broken.linePos?.[0].line ?? 1;
    const [reason] = broken.message.split(/ at line \d+/);
    throw new Invalid(`The settings ${file} are not valid YAML, line ${line}: ${reason}.`, { cause: broken });
  }
}

import { Invalid, IonbeamError } from "../../../errors";

const BY_CODE: Readonly<Record<string, (folder: string) => string>> = {
  ENOSPC: (folder) =>
    `The disk that holds ${folder} is full: free some space. A line that runs goes on by itself; one that has ended is to be started again.`,
  EDQUOT: (folder) =>
    `The disk quota for ${folder} is used up: free some space. A line that runs goes on by itself; one that has ended is to be started again.`,
  EROFS: (folder) =>
    `${folder} is on a read-only disk: set IONBEAM_DATA_DIR to a folder that can be written.`,
  EACCES: (folder) =>
    `${folder} cannot be written: give yourself the right to, or set IONBEAM_DATA_DIR to another folder.`,
  EPERM: (folder) =>
    `${folder} cannot be written: give yourself the right to, or set IONBEAM_DATA_DIR to another folder.`,
  ENOTDIR: (folder) =>
    `${folder} cannot be a folder, a file is in its path: set IONBEAM_DATA_DIR to another folder.`,
  EEXIST: (folder) => `${folder} is a file and not a folder: set IONBEAM_DATA_DIR to another folder.`,
  ENOENT: (folder) => `${folder} cannot be made there: set IONBEAM_DATA_DIR to another folder.`,
  ENAMETOOLONG: (folder) => `The path ${folder} is too long: set IONBEAM_DATA_DIR to a shorter one.`,
};

/** What PostgreSQL's programs say (with messages in the C locale) for the conditions above. */
const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, "ENOSPC"],
  [/Disk quota exceeded/, "EDQUOT"],
  [/Read-only file system/, "EROFS"],
  [/Permission denied/, "EACCES"],
];

/** The sentence for an error of the file system under `folder`; errors that have their own sentence pass unchanged. */
export function explainFolder(error: unknown, folder: string): Error {
  if (error instanceof IonbeamError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const sentence = BY_CODE[code]?.(folder);
  if (sentence !== undefined) return new Invalid(sentence, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * The sentence for what initdb or the postmaster wrote before it gave up.
 * @param output what it wrote to standard error; @param logFile where a person finds all of it.
 */
export function explainOutput(output: string, folder: string, logFile?: string): Invalid {
  const known = BY_TEXT.find(([pattern]) => pattern.test(output));
  const sentence = known && BY_CODE[known[1]]?.(folder);
  if (sentence !== undefined) return new Invalid(sentence);
  if (/could not look up effective user ID/.test(output)) {
    return new Invalid(
      "PostgreSQL needs the user it runs as to have a name: add this user id to /etc/passwd, start as another user, or set DATABASE_URL.",
    );
  }
  const lines = output.split("\n").filter((line) => /FATAL|PANIC|error:|ERROR/.test(line));
  const last = (lines.at(-1) ?? output.trim().split("\n").at(-1) ?? "").replace(
    /^.*?(FATAL|PANIC|error|ERROR):\s*/,
    "",
  );
  const more = logFile === undefined ? "" : ` (more in ${logFile})`;
  return new Invalid(
    `The embedded PostgreSQL in ${folder} does not start: ${last || "it said nothing"}${more}.`,
  );
}

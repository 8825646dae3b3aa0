/** A file of the store, opened for ranged reading. */
export interface OpenFile {
  readonly byteLength: number;
  slice(start: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Durable files under keys such as `payloads/…` or `datasets/…` (slash-separated, no `..`). A key, once put, is complete and never
 * half-written: content goes to a name unique to the attempt, is fsynced, renamed, and the folder is fsynced.
 */
export interface Files {
  /** Absolute path (or URL) of a key, as it stands in public messages. */
  location(key: string): string;
  /** The key of a location inside this store, or undefined for a foreign one. */
  keyOf(location: string): string | undefined;
  /** A local path unique to this attempt, on the same disk as the store, where a caller may write before `adopt`. */
  scratch(name: string): Promise<string>;
  /** Moves a finished local file into the store under `key`, durably; replaces what stood there, atomically. */
  adopt(localPath: string, key: string): Promise<void>;
  /** Copies a foreign file into the store under `key`, durably. */
  copyIn(location: string, key: string): Promise<void>;
  put(key: string, bytes: Uint8Array | string): Promise<void>;
  /** @throws NotFound */
  open(key: string): Promise<OpenFile>;
  read(key: string): Promise<Uint8Array>;
  exists(key: string): Promise<boolean>;
  /** Bytes, and when it was last written, µs by the clock of the machine; undefined where there is none. */
  facts(key: string): Promise<{ readonly bytes: number; readonly modifiedAt: number } | undefined>;
  /** Removes a file unless it was written again since `modifiedAt`. @returns whether it was removed */
  removeUnchanged(key: string, modifiedAt: number): Promise<boolean>;
  /** Keys below a prefix, in no particular order, streamed. */
  list(prefix: string): AsyncIterable<string>;
  remove(key: string): Promise<void>;
}

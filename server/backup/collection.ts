import path from "node:path";
import type { NamedFile } from "../ports/database-dump";
import { limited } from "./limited";
import type { FileEntry } from "./model";
import type { Objects } from "./objects";
import { type Found, look, treeOf } from "./tree";

const AT_ONCE = 4;

/** Names that come and go under the eyes of readers; what the ledger names below it is content-named as everywhere. */
const SHOWN = "projections/";

export interface Lacking {
  readonly key: string;
  readonly why: string;
}

/** The files of one backup while they are gathered. */
export class Collection {
  readonly entries = new Map<string, Omit<FileEntry, "key">>();
  readonly links = new Map<string, string>();
  copiedFiles = 0;
  copiedBytes = 0;
  /** Contents taken in this run, by inode: a hard link is read once. */
  private readonly taken = new Map<string, string>();

  constructor(
    private readonly root: string,
    private readonly objects: Objects,
    /** The files of the backup before. */
    private readonly before: ReadonlyMap<string, Omit<FileEntry, "key">>,
    private readonly ports: {
      readonly tell: (progress: string) => void;
      readonly failPoint: (name: string) => void;
      readonly signal: AbortSignal;
    },
  ) {}

  /** Everything in the store. */
  async takeAll(): Promise<void> {
    await limited(treeOf(this.root), AT_ONCE, (found) => this.take(found));
  }

  /** What has come since, but for the names that readers see: those are of before the database's picture. */
  async takeNew(): Promise<void> {
    await limited(treeOf(this.root), AT_ONCE, async (found) => {
      if (!found.key.startsWith(SHOWN)) await this.take(found);
    });
  }

  /** @returns those that are not there, or not what the ledger says */
  async takeNamed(named: Iterable<NamedFile>): Promise<readonly Lacking[]> {
    const lacking: Lacking[] = [];
    await limited(named, AT_ONCE, async ({ key, sha256 }) => {
      if (!this.entries.has(key)) {
        const found = await look(this.root, key);
        if (found?.kind === "file") await this.take(found);
      }
      const entry = this.entries.get(key);
      if (!entry) lacking.push({ key, why: "the file is missing" });
      else if (sha256 && entry.sha256 !== sha256)
        lacking.push({ key, why: "its bytes are not those that the ledger knows" });
    });
    return lacking;
  }

  private async take(found: Found): Promise<void> {
    this.ports.signal.throwIfAborted();
    const { key } = found;
    if (found.kind === "link") {
      this.links.set(key, found.link);
      return;
    }
    const { bytes, modified, inode } = found;
    const known = this.entries.get(key) ?? this.before.get(key);
    if (known && known.bytes === bytes && known.modified === modified) {
      if (this.entries.has(key)) return;
      if (await this.objects.has(known.sha256, bytes)) {
        this.entries.set(key, known);
        return;
      }
    }
    const same = this.taken.get(`${inode} ${bytes} ${modified}`);
    if (same !== undefined) {
      this.entries.set(key, { sha256: same, bytes, modified });
      return;
    }
    const copied = await this.objects.put(path.join(this.root, key), this.ports.signal);
    // Gone since it was listed; whether that matters is for `takeNamed` to say.
    if (!copied) return;
    this.taken.set(`${inode} ${bytes} ${modified}`, copied.sha256);
    this.entries.set(key, { ...copied, modified });
    this.copiedFiles += 1;
    this.copiedBytes += copied.bytes;
    this.ports.failPoint("backup.file-copied");
    this.ports.tell(`${this.copiedFiles} new files copied, ${Math.round(this.copiedBytes / 1e6)} MB`);
  }
}

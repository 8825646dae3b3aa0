import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { Invalid } from "../../errors";
import type { KeyNames, Sealed, SecretBox } from "../../ports/secret-box";
import type { Tx } from "../../ports/transactions";
import { KeyFile } from "./key-file";

const FORM = "v1";
const NONCE_BYTES = 12;

/**
 * AES-256-GCM (NIST SP 800-38D) with one key for the installation: that of the setting, else `secret.key` of the data folder, which is made at the first
 * start or use, readable by its owner only, and is no part of a backup.
 */
export class KeyFileSecretBox implements SecretBox {
  private readonly file: KeyFile;
  private held: Promise<Buffer | undefined> | undefined;
  /** A transaction seals many secrets, and asks for the name once. */
  private readonly confirmed = new WeakMap<Tx, Promise<Buffer>>();

  /**
   * @param given base64 of 32 bytes, from the environment
   * @param names whose key it must be to seal; without them any key seals
   */
  constructor(
    dataDir: string,
    private readonly given?: string | undefined,
    private readonly names?: KeyNames | undefined,
  ) {
    this.file = new KeyFile(path.join(dataDir, "secret.key"));
  }

  async seal(text: string, tx?: Tx): Promise<Sealed> {
    const key = await this.sealingKey(tx);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const parts = [nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"));
    return { sealed: [FORM, nameOf(key), ...parts].join(".") };
  }

  async open({ sealed }: Sealed): Promise<string> {
    const [form, name, nonce, tag, body] = sealed.split(".");
    if (form !== FORM || nonce === undefined || tag === undefined || body === undefined)
      throw new Invalid(
        "a secret of the configuration is not in a form that this version knows: enter it anew",
      );
    const key = await this.keyNamed(name);
    if (key === undefined)
      throw new Invalid(
        `the key of the secrets is not there (${this.file.path}): bring it back, or set IONBEAM_SECRET_KEY`,
      );
    if (name !== nameOf(key))
      throw new Invalid(
        "a secret of the configuration was sealed with another key than this installation's: enter it anew, or bring back the key it was sealed with",
      );
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
        authTagLength: 16,
      });
      decipher.setAuthTag(Buffer.from(tag, "base64url"));
      return decipher.update(Buffer.from(body, "base64url"), undefined, "utf8") + decipher.final("utf8");
    } catch {
      throw new Invalid("a secret of the configuration was changed since it was sealed: enter it anew");
    }
  }

  /** For the one worker of an installation, at its start: its key is the installation's from then on, and is made where there is none. */
  async adopt(): Promise<void> {
    if (this.given === undefined) await this.file.clear();
    const name = nameOf((await this.present(true)) ?? (await this.make()));
    if ((await this.names?.current()) !== name) await this.names?.set(name);
  }

  private sealingKey(tx: Tx | undefined): Promise<Buffer> {
    const known = tx && this.confirmed.get(tx);
    const key = known ?? this.confirm(tx);
    if (tx) this.confirmed.set(tx, key);
    return key;
  }

  /** What another key seals nobody else of the installation could open. */
  private async confirm(tx: Tx | undefined): Promise<Buffer> {
    const stands = await this.names?.current(tx);
    const found = await this.keyNamed(stands);
    if (found === undefined && stands !== undefined) throw new Invalid(NOT_OURS);
    const key = found ?? (await this.make());
    const name = nameOf(key);
    if ((stands ?? (await this.names?.claim(name, tx)) ?? name) !== name) throw new Invalid(NOT_OURS);
    return key;
  }

  /** Our key; the file is read once more where ours is another: somebody may have brought it back. */
  private async keyNamed(name: string | undefined): Promise<Buffer | undefined> {
    const key = await this.present(false);
    return key && (name === undefined || nameOf(key) === name) ? key : this.present(true);
  }

  private present(anew: boolean): Promise<Buffer | undefined> {
    if (this.given !== undefined) return Promise.resolve(Buffer.from(this.given, "base64"));
    if (anew) this.held = undefined;
    const held = this.held ?? this.file.read();
    this.held = held;
    const forget = () => {
      if (this.held === held) this.held = undefined;
    };
    held.then((key) => key ?? forget(), forget);
    return held;
  }

  private async make(): Promise<Buffer> {
    const key = await this.file.make();
    this.held = Promise.resolve(key);
    return key;
  }
}

const NOT_OURS =
  "the secrets of this installation are sealed with another key than the one found here: set IONBEAM_SECRET_KEY as the server has it, or IONBEAM_DATA_DIR to its data folder; where the server itself was given another key, start it again";

/** A short name of the key that tells nothing of it. */
function nameOf(key: Buffer): string {
  return createHash("sha256").update("ionbeam key name").update(key).digest("base64url").slice(0, 8);
}

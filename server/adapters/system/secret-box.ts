import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Invalid } from "../../errors";
import type { Sealed, SecretBox } from "../../ports/secret-box";

const FORM = "v1";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * AES-256-GCM (NIST SP 800-38D) with one key for the installation: that of the setting, else `secret.key` of the data folder, which is made on first
 * use, readable by its owner only, and is no part of a backup.
 */
export class KeyFileSecretBox implements SecretBox {
  private held: Promise<Buffer> | undefined;

  /** @param given base64 of 32 bytes, from the environment */
  constructor(
    private readonly dataDir: string,
    private readonly given?: string | undefined,
  ) {}

  async seal(text: string): Promise<Sealed> {
    const key = await this.key();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const parts = [nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"));
    return { sealed: [FORM, nameOf(key), ...parts].join(".") };
  }

  async open({ sealed }: Sealed): Promise<string> {
    const [form, name, nonce, tag, body] = sealed.split(".");
    const key = await this.key();
    if (form !== FORM || nonce === undefined || tag === undefined || body === undefined)
      throw new Invalid(
        "a secret of the configuration is not in a form that this version knows: enter it anew",
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

  private key(): Promise<Buffer> {
    this.held ??= this.read().catch((error) => {
      this.held = undefined;
      throw error;
    });
    return this.held;
  }

  private async read(): Promise<Buffer> {
    if (this.given !== undefined) return Buffer.from(this.given, "base64");
    const file = path.join(this.dataDir, "secret.key");
    const text = (await readOrUndefined(file)) ?? (await makeKey(file));
    const key = Buffer.from(text.trim(), "base64");
    if (key.length !== KEY_BYTES)
      throw new Invalid(
        `${file} does not hold a key of ${KEY_BYTES} bytes in base64: bring it back as it was, or remove it and enter all secrets anew`,
      );
    return key;
  }
}

/** A short name of the key that tells nothing of it. */
function nameOf(key: Buffer): string {
  return createHash("sha256").update("ionbeam key name").update(key).digest("base64url").slice(0, 8);
}

async function readOrUndefined(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The web and the worker may both come first: whoever links the name gives the key, and the file is whole from the start. */
async function makeKey(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(unfinished, `${randomBytes(KEY_BYTES).toString("base64")}\n`, { mode: 0o600, flush: true });
  try {
    await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  return readFile(file, "utf8");
}

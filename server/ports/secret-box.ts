import type { Tx } from "./transactions";

/** A text that only who holds the installation's key can read; plain JSON, as it is stored. */
export interface Sealed {
  /** Form, name of the key, nonce, tag and ciphertext; base64url, between dots. */
  readonly sealed: string;
}

/** Keeps secrets of the configuration unreadable in the database, in its backups and in dumps. */
export interface SecretBox {
  /**
   * @param tx in which the sealed text is stored
   * @throws Invalid where this process has another key than the installation, or none; Transient when the key cannot be read
   */
  seal(text: string, tx?: Tx): Promise<Sealed>;
  /** @throws Invalid when it was sealed with another key, or was changed: it has to be entered anew; Transient when the key cannot be read */
  open(sealed: Sealed): Promise<string>;
}

/** Which key an installation seals with: its name is known to all processes, the key only to those that have it. */
export interface KeyNames {
  /** @returns the name that stands: that of `name` where there was none */
  claim(name: string, tx?: Tx): Promise<string>;
  current(tx?: Tx): Promise<string | undefined>;
  set(name: string): Promise<void>;
}

/** Whether a value of a stored configuration is a sealed secret. */
export function isSealed(value: unknown): value is Sealed {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as Partial<Sealed>).sealed === "string"
  );
}

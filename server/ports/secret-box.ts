/** A text that only who holds the installation's key can read; plain JSON, as it is stored. */
export interface Sealed {
  /** Form, number of the key, nonce, tag and ciphertext; base64url, between dots. */
  readonly sealed: string;
}

/** Keeps secrets of the configuration unreadable in the database, in its backups and in dumps. */
export interface SecretBox {
  seal(text: string): Promise<Sealed>;
  /** @throws Invalid when it was sealed with another key, or was changed: it has to be entered anew */
  open(sealed: Sealed): Promise<string>;
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

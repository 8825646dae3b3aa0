import { KeyFileSecretBox } from "../adapters/system/secret-box";
import type { SecretBox } from "../ports/secret-box";

/** A box with a key of its own: what another one sealed it cannot open. */
export function testBox(key = "one"): SecretBox {
  return new KeyFileSecretBox("/", Buffer.alloc(32, key).toString("base64"));
}

import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSealed } from "../../ports/secret-box";
import { KeyFileSecretBox } from "./secret-box";

describe("a secret", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "secret-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const box = (given?: string) => new KeyFileSecretBox(folder, given);

  it("is read again by another process of the installation, and by nobody else", async () => {
    const [one, other] = await Promise.all([box().seal("grüße"), box().seal("grüße")]);
    expect(one.sealed).not.toBe(other.sealed);
    expect(one.sealed).not.toContain("grüße");
    expect(isSealed(one)).toBe(true);
    expect([await box().open(one), await box().open(other)]).toEqual(["grüße", "grüße"]);
    expect((await stat(path.join(folder, "secret.key"))).mode & 0o777).toBe(0o600);
    const another = box(Buffer.alloc(32, 7).toString("base64"));
    await expect(another.open(one)).rejects.toThrow(/another key .* enter it anew/);
  });

  it("that was changed is refused", async () => {
    const { sealed } = await box().seal("a password");
    const [form, name, nonce, tag, body = ""] = sealed.split(".");
    const changed = [
      form,
      name,
      nonce,
      tag,
      body.startsWith("A") ? `B${body.slice(1)}` : `A${body.slice(1)}`,
    ];
    await expect(box().open({ sealed: changed.join(".") })).rejects.toThrow(/was changed since/);
    await expect(box().open({ sealed: "v9.x" })).rejects.toThrow(/not in a form/);
  });

  it("is not sealed with a key that was cut short", async () => {
    await writeFile(path.join(folder, "secret.key"), "c2hvcnQ=");
    await expect(box().seal("a")).rejects.toThrow(/does not hold a key of 32 bytes/);
  });
});

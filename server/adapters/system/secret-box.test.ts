import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openConfig } from "../../configuration/sealing";
import { Transient } from "../../errors";
import { isSealed, type KeyNames } from "../../ports/secret-box";
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

  it("is lost without its key, which nobody makes by looking, and opened again once that is back", async () => {
    const file = path.join(folder, "secret.key");
    const sealed = await box().seal("a password");
    const key = await readFile(file, "utf8");
    await rm(file);
    const running = box();
    await expect(running.open(sealed)).rejects.toThrow(/is not there .*bring it back/);
    expect(await readdir(folder)).toEqual([]);
    const other = await running.seal("of another key");
    await expect(running.open(sealed)).rejects.toThrow(/another key/);
    await writeFile(file, key);
    expect(await running.open(sealed)).toBe("a password");
    await expect(running.open(other)).rejects.toThrow(/another key/);
  });

  it("is not lost when its key cannot be read just now", async () => {
    const sealed = await box().seal('"a"');
    const file = path.join(folder, "secret.key");
    await rm(file);
    await mkdir(file);
    await expect(box().open(sealed)).rejects.toThrow(file);
    await expect(openConfig({ password: sealed }, box())).rejects.toThrow(Transient);
  });

  it("has a key that is its folder's owner's; what a killed start left of one goes", async () => {
    const [left, fresh] = ["secret.key.0123456789ab", "secret.key.ba9876543210"];
    for (const name of [left, fresh]) await writeFile(path.join(folder, name), "");
    await utimes(path.join(folder, left), 1, 1);
    const owner = process.getuid?.() === 0 ? 4711 : process.getuid?.();
    if (owner === 4711) await chown(folder, owner, owner);
    await box().adopt();
    expect((await readdir(folder)).sort()).toEqual(["secret.key", fresh]);
    expect((await stat(path.join(folder, "secret.key"))).uid).toBe(owner);
  });

  it("is sealed with the key that the server has, by nobody with another", async () => {
    let stands: string | undefined;
    const names: KeyNames = {
      current: async () => stands,
      claim: async (name) => (stands ??= name),
      set: async (name) => {
        stands = name;
      },
    };
    const elsewhere = path.join(folder, "elsewhere");
    await mkdir(elsewhere);
    const server = new KeyFileSecretBox(folder, undefined, names);
    await server.adopt();
    await expect(new KeyFileSecretBox(elsewhere, undefined, names).seal("a")).rejects.toThrow(
      /set IONBEAM_SECRET_KEY as the server has it/,
    );
    expect(await readdir(elsewhere)).toEqual([]);
    const another = new KeyFileSecretBox(folder, Buffer.alloc(32, 7).toString("base64"), names);
    await expect(another.seal("a")).rejects.toThrow(/sealed with another key/);
    await another.adopt();
    expect(isSealed(await another.seal("a"))).toBe(true);
    await expect(server.seal("a")).rejects.toThrow(/sealed with another key/);
  });
});

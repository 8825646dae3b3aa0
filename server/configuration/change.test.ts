import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Conflict, Transient, WrongFields } from "../errors";
import { changeConfig } from "./change";
import type { SettingChange } from "./model";
import { isSealedThroughout, lostSentence, openConfig, sealConfig } from "./sealing";
import { configurationOf, versionOf } from "./state";
import { testBox } from "./testing";

const box = testBox();
const schema = z.object({
  stations: z.number().int().min(1).default(4),
  key: z.string().min(8).optional().meta({ secret: true }),
  login: z.object({ user: z.string().optional(), password: z.string().optional() }).prefault({}),
  address: z.string().optional(),
});

const change = (stored: unknown, changes: readonly SettingChange[], of: z.ZodType | undefined = schema) =>
  changeConfig(stored, changes, undefined, of, box);
const issues = (asked: Promise<unknown>) =>
  asked.then(
    () => [],
    (error: unknown) => {
      if (error instanceof WrongFields) return error.fields;
      throw error;
    },
  );

describe("secrets of a configuration", () => {
  const config = {
    stations: 3,
    key: "correct horse",
    login: { user: "me", password: "staple" },
    address: "mqtts://me:s3cret@host/",
    kept: { client_secret: 7, list: [{ token: "x" }], note: "" },
  };

  it("are sealed by flag, name, and password in an address, and opened as they were", async () => {
    const sealed = await sealConfig(config, schema, box);
    const text = JSON.stringify(sealed);
    for (const secret of ["correct horse", "staple", "s3cret", '"x"', ":7"])
      expect(text).not.toContain(secret);
    expect(sealed).toMatchObject({ stations: 3, login: { user: "me" }, kept: { note: "" } });
    expect(await openConfig(sealed, box)).toEqual({ config, lost: [] });
    expect(await isSealedThroughout(config, schema)).toBe(false);
    expect(await isSealedThroughout(sealed, schema)).toBe(true);
  });

  it("keep their sealed form while they stay the same, also when everything is sealed again", async () => {
    const sealed = await sealConfig(config, schema, box);
    expect(await sealConfig(sealed, schema, box)).toEqual(sealed);
    const again = await sealConfig({ ...config, key: "battery staple" }, schema, box, sealed);
    expect(again).toEqual({
      ...(sealed as object),
      key: expect.objectContaining({ sealed: expect.any(String) }),
    });
    expect((again as { key: unknown }).key).not.toEqual((sealed as { key: unknown }).key);
  });

  it("of another key are named, and a form says that they have to be entered anew", async () => {
    const sealed = await sealConfig(config, schema, testBox("another"));
    const { lost } = await openConfig(sealed, box);
    expect(lost).toHaveLength(5);
    expect(lostSentence('source "a"', lost.slice(0, 1))).toContain("Enter it anew");
    const { fields } = await configurationOf(sealed, schema, box);
    const states = fields
      .filter((each) => each.kind === "secret")
      .map((each) => [each.path.join("."), each.secret]);
    expect(states).toEqual([
      ["key", "lost"],
      ["login.password", "lost"],
      ["address", "lost"],
      ["kept.client_secret", "lost"],
      ["kept.list", "lost"],
    ]);
  });

  it("are in nothing that a form is filled with, sealed or not", async () => {
    for (const stored of [config, await sealConfig(config, schema, box)]) {
      const shown = JSON.stringify(await configurationOf(stored, schema, box));
      for (const secret of ["correct horse", "staple", "s3cret", '"x"', "v1."])
        expect(shown).not.toContain(secret);
      expect(shown).toContain('"secret":"set"');
    }
  });
});

describe("a change of settings", () => {
  it("sets, goes back to the default, and keeps what it does not name and the schema does not know", async () => {
    const stored = { data_path: "/old", stations: 9, login: { user: "me" } };
    const changed = await change(stored, [
      { path: ["stations"] },
      { path: ["login", "user"] },
      { path: ["address"], value: "a" },
    ]);
    expect(changed?.config).toEqual({ data_path: "/old", address: "a" });
    expect(changed?.parsed).toEqual({ stations: 4, login: {}, address: "a" });
    expect(changed?.before).toEqual({ stations: 9, "login.user": "me", address: null });
    expect(changed?.after).toEqual({ stations: null, "login.user": null, address: "a" });
  });

  it("of nothing is none", async () => {
    expect(
      await change({ stations: 9 }, [{ path: ["stations"], value: 9 }, { path: ["key"] }]),
    ).toBeUndefined();
    const sealed = await sealConfig({ key: "correct horse" }, schema, box);
    expect(await change(sealed, [{ path: ["key"], value: "correct horse" }])).toBeUndefined();
  });

  it("says wrong values where they are typed", async () => {
    const wrong = change({}, [
      { path: ["stations"], value: 0.5 },
      { path: ["key"], value: "short" },
    ]);
    expect((await issues(wrong)).map(({ path }) => path.join("."))).toEqual(["stations", "key"]);
    expect(await issues(change({}, [{ path: ["statoins"], value: 1 }]))).toMatchObject([
      { path: ["statoins"] },
    ]);
    expect(await issues(change({}, [{ path: ["__proto__", "polluted"], value: 1 }]))).toHaveLength(1);
  });

  it("over somebody else's newer save is refused", async () => {
    const asked = changeConfig(
      { stations: 5 },
      [{ path: ["stations"], value: 6 }],
      versionOf({ stations: 4 }),
      schema,
      box,
    );
    await expect(asked).rejects.toThrow(Conflict);
    const version = versionOf({ stations: 5 });
    const same = await changeConfig(
      { stations: 5 },
      [{ path: ["stations"], value: 6 }],
      version,
      schema,
      box,
    );
    expect(same?.config).toEqual({ stations: 6 });
  });

  it("tells the audit that a secret was set, and never what it is", async () => {
    const sealed = await sealConfig({ key: "correct horse" }, schema, box);
    const replaced = await change(sealed, [{ path: ["key"], value: "battery staple" }]);
    expect(replaced?.before).toEqual({ secrets: ["key: set"] });
    expect(replaced?.after).toEqual({ secrets: ["key: set anew"] });
    const removed = await change(sealed, [{ path: ["key"] }]);
    expect(removed).toMatchObject({ config: {}, after: { secrets: ["key: not set"] } });
    const address = await change({}, [{ path: ["address"], value: "mqtts://me:s3cret@host/" }]);
    expect(JSON.stringify(address?.after)).not.toContain("s3cret");
  });

  it("tells the audit nothing of secrets inside a setting that is written as JSON", async () => {
    const wide = z.object({ login: z.record(z.string(), z.unknown()).optional() });
    const clear = { user: "me", password: "s3cret" };
    const set = await change({}, [{ path: ["login"], value: clear }], wide);
    expect(set?.after).toEqual({ secrets: ["login: set anew"] });
    const sealed = await sealConfig({ login: clear }, wide, box);
    const shown = await configurationOf(sealed, wide, box);
    expect(JSON.stringify(shown)).not.toContain("v1.");
    const plain = await change(sealed, [{ path: ["login"], value: { user: "you" } }], wide);
    expect(JSON.stringify(plain?.before)).not.toMatch(/v1\.|s3cret/);
  });

  it("of a key that cannot be read is tried again; a form says why", async () => {
    const sealed = await sealConfig({ key: "correct horse" }, schema, box);
    const away = { open: () => Promise.reject(new Transient("secret.key cannot be read: EACCES")) };
    await expect(openConfig(sealed, away)).rejects.toThrow(Transient);
    const { fields } = await configurationOf(sealed, schema, away);
    expect(fields.find(({ path }) => path[0] === "key")).toMatchObject({
      secret: "unread",
      unread: expect.stringContaining("EACCES"),
    });
  });

  it("asks for a secret that cannot be opened to be entered anew, or removed", async () => {
    const lost = await sealConfig({ key: "correct horse" }, schema, testBox("another"));
    expect(await issues(change(lost, [{ path: ["stations"], value: 2 }]))).toMatchObject([{ path: ["key"] }]);
    const anew = await change(lost, [{ path: ["key"], value: "battery staple" }]);
    expect(anew?.config).toEqual({ key: "battery staple" });
    expect((await change(lost, [{ path: ["key"] }]))?.config).toEqual({});
  });

  it("of a kind that does not exist yet is one of its secrets only", async () => {
    const stored = { client_id: "me", client_secret: await box.seal('"s3cret"') };
    const unknown = (changes: readonly SettingChange[]) =>
      changeConfig(stored, changes, undefined, undefined, box);
    expect((await unknown([{ path: ["client_secret"], value: "other" }]))?.config).toEqual({
      client_id: "me",
      client_secret: "other",
    });
    expect(await issues(unknown([{ path: ["client_id"], value: "you" }]))).toHaveLength(1);
    const { known, kept, fields } = await configurationOf(stored, undefined, box);
    expect({ known, kept, fields }).toMatchObject({
      known: false,
      kept: [{ path: ["client_id"], text: '"me"' }],
      fields: [{ path: ["client_secret"], kind: "secret", secret: "set" }],
    });
  });
});

import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseInstant } from "../server/observation/time";
import { commandsOn, environmentOf, ionbeam } from "./cli.testing";
import { openTestLine, type TestLine } from "./line.testing";

const YAML = `sources:
  ioncannon:
    num_stations: 3
    late_share: 0
    data_path: mqtts://me:in-the-address@host/
  netatmo:
    client_id: me
    client_secret: from-the-file
  scheduler:
    windows: []
projections:
  odb_service:
    api_key: of-a-projection
`;
const SECRETS = ["in-the-address", "from-the-file", "of-a-projection", "typed-anew"];

let line: TestLine;
const { ask, json } = commandsOn(() => line);
const RANGE = ["--from", "2026-11-01T00:00:00Z", "--to", "2026-11-01T01:00:00Z"];

beforeAll(async () => {
  line = await openTestLine(YAML);
  line.start();
  await line.until(async () => (await line.runtime.catalog.sources()).length > 0, "the first content");
});
afterAll(() => line.close());

/** All rows that hold configurations, and what people did with them. */
async function stored(): Promise<string> {
  const rows = await line.db.rows(
    undefined,
    "SELECT config::text AS t FROM source UNION ALL SELECT config::text FROM projection UNION ALL SELECT concat(before, after) FROM audit",
  );
  return JSON.stringify(rows);
}

async function runOf(key: string, state: string): Promise<{ state: string; error: string | undefined }> {
  const [start, end] = [parseInstant(RANGE[1] ?? "") ?? 0, parseInstant(RANGE[3] ?? "") ?? 0];
  const { runId } = await line.runtime.verbs.runSource({ name: "ioncannon", start, end, requestKey: key });
  await line.until(
    async () => (await line.runtime.catalog.run(runId))?.state === state,
    `a run that is ${state}`,
  );
  const run = await line.runtime.catalog.run(runId);
  return { state: run?.state ?? "", error: run?.error };
}

describe("secrets of a settings file", () => {
  it("are sealed when they are taken in; file and catalogue still agree, and a run opens them", async () => {
    const text = await stored();
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(text.match(/sealed/g)?.length).toBe(3);
    const file = path.join(line.folder, "ionbeam.yaml");
    expect((await json("config", "import", file)).applied).toEqual([]);
    expect((await json("source", "show", "netatmo")).config).toEqual({
      client_id: "me",
      client_secret: "(secret)",
    });
    expect(await runOf("first", "done")).toMatchObject({ error: undefined });
  });

  it("are taken over from a file that says another one, once", async () => {
    const file = path.join(line.folder, "other.yaml");
    await writeFile(file, YAML.replace("from-the-file", "typed-anew"));
    expect((await json("config", "import", file)).applied).toHaveLength(1);
    expect((await json("config", "import", file)).applied).toEqual([]);
    expect((await json("config", "import", path.join(line.folder, "ionbeam.yaml"))).applied).toHaveLength(1);
    const { secrets } = await json("config", "export");
    expect(secrets).toEqual([
      "sources.ioncannon.data_path",
      "sources.netatmo.client_secret",
      "projections.odb_service.api_key",
    ]);
  });

  it("that an earlier version stored in clear are sealed at the next start", async () => {
    const before = (await line.runtime.catalog.source("netatmo")).config;
    await line.db.execute(
      undefined,
      `UPDATE source SET config = '{"client_id": "me", "client_secret": "from-the-file"}' WHERE name = 'netatmo'`,
    );
    await line.kill();
    line.start();
    await line.until(async () => !(await stored()).includes("from-the-file"), "the secret is sealed");
    expect((await line.runtime.catalog.source("netatmo")).config).not.toEqual(before);
    const file = path.join(line.folder, "ionbeam.yaml");
    expect((await json("config", "import", file)).applied).toEqual([]);
  });
});

describe("settings on the command line", () => {
  it("are changed by key and value, and a wrong one is refused with its name", async () => {
    expect(
      await json("source", "configure", "ioncannon", "num_stations=4", "geographic_bounds.min_lat=40"),
    ).toEqual({
      name: "ioncannon",
      changed: true,
      notes: [],
    });
    expect((await json("source", "show", "ioncannon")).config).toMatchObject({
      num_stations: 4,
      geographic_bounds: { min_lat: 40 },
    });
    const wrong = await ask("source", "configure", "ioncannon", "num_stations=0");
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.err).toContain("num_stations");
    expect(await ask("source", "configure", "ioncannon", "statoins=3")).toMatchObject({ code: 2 });
    await json("source", "configure", "ioncannon", "--reset", "geographic_bounds.min_lat");
    expect((await json("source", "show", "ioncannon")).config.geographic_bounds).toBeUndefined();
    expect(await runOf("four", "done")).toMatchObject({ state: "done" });
  });

  it("take a secret from the environment, never from an argument", async () => {
    const refused = await ask("source", "configure", "netatmo", "client_secret=typed-anew");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain("--secret-env");
    const unset = await ask(
      "source",
      "configure",
      "netatmo",
      "--secret-env",
      "client_secret=IONBEAM_NO_SUCH_SECRET",
    );
    expect(unset).toMatchObject({ code: 2 });
    const environment = { ...environmentOf(line), NETATMO_SECRET: "typed-anew" };
    const set = ["source", "configure", "netatmo", "--secret-env", "client_secret=NETATMO_SECRET"];
    expect(await ionbeam(environment, ...set)).toMatchObject({ code: 0, err: "" });
    const elsewhere = await mkdtemp(path.join(os.tmpdir(), "ionbeam-elsewhere-"));
    const others: readonly Readonly<Record<string, string>>[] = [
      { IONBEAM_SECRET_KEY: Buffer.alloc(32, 7).toString("base64") },
      { IONBEAM_DATA_DIR: elsewhere },
    ];
    for (const other of others) {
      const another = await ionbeam({ ...environment, NETATMO_SECRET: "of-another-key", ...other }, ...set);
      expect(another).toMatchObject({ code: 2 });
      expect(another.err).toContain("set IONBEAM_SECRET_KEY as the server has it");
    }
    expect(await readdir(elsewhere)).not.toContain("secret.key");
    await rm(elsewhere, { recursive: true, force: true });
    expect(await stored()).not.toContain("typed-anew");
    expect(await json("projection", "disable", "pygeoapi")).toMatchObject({ enabled: false });
    expect(await json("projection", "enable", "pygeoapi")).toMatchObject({ enabled: true });
    const folder = path.join(line.folder, "served");
    expect(await json("projection", "configure", "pygeoapi", `output_path=${folder}`)).toMatchObject({
      changed: true,
    });
    expect(JSON.stringify(await json("audit", "list"))).not.toContain("typed-anew");
  });
});

it("a backup holds neither the secrets nor their key", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-backup-"));
  const key = (await readFile(path.join(line.folder, "secret.key"), "utf8")).trim();
  try {
    const { notIncluded } = await json("backup", folder);
    expect(JSON.stringify(notIncluded)).toContain("secret.key");
    let sealed = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(path.join(entry.parentPath, entry.name));
      const content = plain(bytes);
      for (const secret of [key, ...SECRETS]) expect(content.includes(secret), entry.name).toBe(false);
      if (content.includes('"sealed"')) sealed += 1;
    }
    // The rows of sources and of projections were looked into.
    expect(sealed).toBeGreaterThanOrEqual(2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Unpacked, where it is packed. */
function plain(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

describe("a catalogue without its key", () => {
  it("stands, says which secret to enter anew, refuses runs, and goes on when it has been", async () => {
    const key = path.join(line.folder, "secret.key");
    const kept = await readFile(key, "utf8");
    await line.kill();
    await rm(key);
    line.start();
    const state = async () => {
      const other = await openTestLineAt();
      try {
        return await other.runtime.verbs.sourceConfiguration("ioncannon");
      } finally {
        await other.close();
      }
    };
    const refused = await runOf(randomUUID(), "refused");
    expect(refused.error).toContain('source "ioncannon"');
    expect(refused.error).toContain("data_path");
    expect(refused.error).toContain("Enter it anew");
    expect(await line.said()).toMatch(
      /"lost":\["source ioncannon: data_path","source netatmo: client_secret/,
    );
    const found = (await state()).fields.find(({ path: [name] }) => name === "data_path");
    expect(found).toMatchObject({ kind: "secret", secret: "lost" });
    await json("source", "configure", "ioncannon", "--reset", "data_path");
    expect(await runOf(randomUUID(), "done")).toMatchObject({ error: undefined });
    expect(await readFile(key, "utf8")).not.toBe(kept);
  });
});

/** The same line as another process sees it, with the key that lies there now. */
async function openTestLineAt(): Promise<TestLine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-other-"));
  await writeFile(
    path.join(folder, "secret.key"),
    await readFile(path.join(line.folder, "secret.key"), "utf8"),
  );
  const other = await openTestLine("{}", { folder, connectionString: line.connectionString });
  return {
    ...other,
    close: async () => {
      await other.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSettings } from "../../config/settings";
import { Database } from "../adapters/postgres/database";
import { type TestDatabase, testDatabase } from "../adapters/postgres/testing";
import { parseInstant } from "../observation/time";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import { configuredSettings } from "./configured";
import { applyInstallation, installOnce } from "./install";
import { planInstallation } from "./plan";
import { installationPorts } from "./testing";

const NOW = parseInstant("2026-11-24T12:17:30Z") ?? Number.NaN;
const yaml = (stations: string) => `sources:\n  ioncannon:\n    num_stations: ${stations}\n`;

let database: TestDatabase;
let db: Database;
let folder: string;
let file: string;

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(database.connectionString, { connections: 2 });
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-configured-"));
  file = path.join(folder, "ionbeam.yaml");
});
afterAll(async () => {
  await db.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const plan = async () => planInstallation(await readSettings(file), sourcePlugins, projectionPlugins);

const settings = (configured: string | undefined) =>
  configuredSettings(configured, {
    ...installationPorts(db, sourcePlugins),
    projectionPlugins,
    importConfig: async () => ({
      applied: (await applyInstallation(await plan(), NOW, installationPorts(db, sourcePlugins))).map(
        ({ applied }) => applied,
      ),
    }),
  });

it("says what differs, why it cannot be applied, and applies it", async () => {
  const same = { file, differences: [], named: ["ioncannon"], problem: undefined };
  await writeFile(file, yaml("40"));
  // The first start has not filled the catalogue yet: nothing to be worried about.
  expect(await settings(file).state()).toEqual({ ...same, named: [] });
  await installOnce(await plan(), sourcePlugins, NOW, installationPorts(db, sourcePlugins));
  expect(await settings(file).state()).toEqual(same);

  await writeFile(file, yaml("41"));
  const differences = ["source ioncannon is configured otherwise: num_stations is 40, the settings say 41"];
  expect(await settings(file).state()).toEqual({ ...same, differences });
  const applied = ["source ioncannon: configured as the settings say"];
  expect(await settings(file).apply()).toEqual(applied);
  expect(await settings(file).state()).toEqual(same);
  expect(await settings(file).apply()).toEqual([]);

  await writeFile(file, yaml("many"));
  expect((await settings(file).state()).problem).toMatch(/line 3: "sources\.ioncannon\.num_stations"/);
  await rm(file);
  expect((await settings(file).state()).problem).toMatch(/cannot be read/);
});

it("without a settings file there is nothing to differ and nothing to apply", async () => {
  expect(await settings(undefined).state()).toEqual({
    file: undefined,
    differences: [],
    named: [],
    problem: undefined,
  });
  await expect(settings(undefined).apply()).rejects.toThrow(/IONBEAM_CONFIG_PATH/);
});

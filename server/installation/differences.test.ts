import { expect, it } from "vitest";
import { z } from "zod";
import { parseSettings } from "../../config/settings";
import { STANDARD_SETTINGS } from "../alert/model";
import { sealConfig } from "../configuration/sealing";
import { testBox } from "../configuration/testing";
import { sourcePlugins } from "../source/index";
import type { SourcePlugin } from "../source/plugin";
import { differences } from "./differences";
import { planInstallation } from "./plan";

const [like] = sourcePlugins;
if (!like) throw new Error("there is no kind of source");
const Config = z.object({
  every: z.number().default(5),
  box: z
    .object({ west: z.number().default(0), pin: z.string().meta({ secret: true }).default("") })
    .prefault({}),
  password: z.string().default(""),
});
const plugin = { ...like, kind: "k", defaultInstance: "k", config: Config } as unknown as SourcePlugin;

/** What is said where a catalogue has a configuration and the settings' block of it says another one. */
async function said(present: object, block: string): Promise<readonly string[]> {
  const plan = planInstallation(parseSettings(`sources:\n  k: ${block}\n`, "a.yaml"), [plugin], []);
  const sources = await Promise.all(
    plan.sources.map(async (source) => ({
      ...source,
      createdAt: 0,
      config: await sealConfig(present, Config, testBox()),
    })),
  );
  const found = await differences(plan, {
    catalog: {
      everySource: async () => sources,
      schedules: async () => [],
      projections: async () => [],
      datasets: async () => [],
    },
    secretBox: testBox(),
    alerts: { settings: async () => ({ version: 0, settings: STANDARD_SETTINGS }) },
  });
  return found.map(({ is }) => is);
}

it.each<[string, object, string, string | undefined]>([
  ["nothing", { every: 6 }, "{ every: 6 }", undefined],
  ["a value", { every: 6 }, "{ every: 7 }", "every is 6, the settings say 7"],
  [
    "what only one of them says, inside of a block",
    { box: { west: 1 } },
    "{ every: 7 }",
    "box.west is 1, the settings say not set; every is not set, the settings say 7",
  ],
  ["a secret by its name", { password: "abc" }, "{ password: xyz }", "password is another secret"],
  ["a secret by its schema", {}, "{ box: { pin: '1234' } }", "box.pin is another secret"],
  ["a secret that the settings leave out", { password: "abc" }, "{}", undefined],
])("%s", async (_, present, block, words) => {
  expect(await said(present, block)).toEqual(
    words === undefined ? [] : [`source k is configured otherwise: ${words}`],
  );
});

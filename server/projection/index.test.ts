import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectionPlugins } from ".";

const folders = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe("the list of projections", () => {
  it("names every folder once, and nothing else", () => {
    expect(projectionPlugins.map(({ kind }) => kind).sort()).toEqual(folders.sort());
  });

  it.each(projectionPlugins)("$kind has defaults that need no setting", ({ config, title }) => {
    expect(config.safeParse({}).success).toBe(true);
    expect(title).not.toBe("");
  });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Duration } from "../observation/model";
import { projectionPlugins } from "../projection/index";
import { sourcePlugins } from "../source/index";
import { describeForm, secretPaths } from "./describe";
import { nameOf } from "./sealing";

const field = (schema: z.ZodType) => describeForm(z.object({ a: schema }))[0];

describe("a form follows from a schema", () => {
  it.each([
    ["a text", z.string(), { kind: "text", required: true }],
    ["one that may be left out", z.string().optional(), { kind: "text", required: false }],
    ["an address", z.url().default("https://a"), { kind: "text", default: "https://a", required: false }],
    ["a number with bounds", z.number().min(0).max(1), { kind: "number", minimum: 0, maximum: 1 }],
    ["a whole number", z.number().int().min(1).default(4), { kind: "integer", minimum: 1, default: 4 }],
    ["one that may be null", z.number().nullable().optional(), { kind: "number", required: false }],
    ["a choice", z.enum(["a", "b"]).default("b"), { kind: "choice", options: ["a", "b"], default: "b" }],
    ["a switch", z.boolean().default(false), { kind: "switch", default: false }],
    [
      "a duration, whose default is transformed",
      Duration.default("PT10M"),
      { kind: "duration", default: "PT10M" },
    ],
    ["texts", z.array(z.string()).default(["DE"]), { kind: "texts", default: ["DE"] }],
    ["a list of something else", z.array(z.number()), { kind: "json" }],
    ["a secret by its flag", z.string().meta({ secret: true }), { kind: "secret", required: true }],
    [
      "words and examples",
      z.string().meta({ title: "T", description: "D", examples: ["x"] }),
      { title: "T", description: "D", examples: ["x"] },
    ],
  ])("%s", (_name, schema, expected) => {
    expect(field(schema)).toMatchObject({ path: ["a"], ...expected });
  });

  it("a block's fields are told by the block, and secrets are known by name too", () => {
    const schema = z.object({
      client_secret: z.string(),
      box: z
        .object({ south: z.number().default(1), token: z.string().optional() })
        .prefault({})
        .meta({ title: "Box" }),
    });
    expect(describeForm(schema)).toMatchObject([
      { path: ["client_secret"], kind: "secret" },
      { path: ["box", "south"], group: { title: "Box" }, default: 1, required: false },
      { path: ["box", "token"], group: { title: "Box" }, kind: "secret" },
    ]);
    expect(secretPaths(schema).map(nameOf)).toEqual(['["client_secret"]', '["box","token"]']);
  });

  it.each([...sourcePlugins, ...projectionPlugins].map((plugin) => [plugin.kind, plugin.config] as const))(
    "%s: every field has a title of its own and a control, and what the form shows as defaults is what holds",
    (_kind, schema) => {
      const fields = describeForm(schema);
      expect(fields.length).toBeGreaterThan(0);
      const parsed = schema.parse({});
      for (const { path, title, kind, default: standard } of fields) {
        expect(title, path.join(".")).not.toBe(path.at(-1));
        expect(kind, path.join(".")).not.toBe("json");
        const value = path.reduce<unknown>((block, key) => (block as Record<string, unknown>)[key], parsed);
        expect(value, path.join(".")).toEqual(standard);
      }
    },
  );
});

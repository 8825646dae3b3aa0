import { expect, it } from "vitest";
import { z } from "zod";
import { Duration } from "../observation/model";
import { wantedBy } from "./wanted";

const schema = z.object({
  num_stations: z.number().int().min(1).max(200_000).default(400),
  share: z.number().min(0).optional(),
  loud: z.boolean().default(false),
  profile: z.enum(["steady", "burst"]).default("steady"),
  every: Duration.default("PT10M"),
  name: z.string().min(3).optional(),
  timeout: z.number().positive().max(60).default(9),
  countries: z.array(z.string()).optional(),
  box: z.object({ north: z.number().max(90).default(1) }).prefault({}),
  even: z
    .number()
    .refine((value) => value % 2 === 0, "an even one")
    .optional(),
});

it.each([
  [{ num_stations: "abc" }, "give a whole number from 1 to 200000"],
  [{ num_stations: 0 }, "give a whole number from 1 to 200000"],
  [{ num_stations: 1.5 }, "give a whole number from 1 to 200000"],
  [{ num_stations: 2e6 }, "give a whole number from 1 to 200000"],
  [{ share: "many" }, "give a number of at least 0"],
  [{ loud: "yes" }, "give true or false"],
  [{ profile: "quiet" }, "give one of steady, burst"],
  [{ every: true }, "give a duration, as PT10M or PT1H"],
  [{ name: 7 }, "give a text"],
  [{ countries: "DE" }, "give a list of texts"],
  [{ box: { north: 91 } }, "give a number of at most 90"],
  [{ even: 3 }, "an even one"],
  // A bound that is itself not meant is in zod's words.
  [{ timeout: 0 }, "Too small: expected number to be >0"],
  [{ timeout: 61 }, "give a number of at most 60"],
])("%j: %s", (config, expected) => {
  expect(schema.safeParse(config, wantedBy(schema)).error?.issues.map(({ message }) => message)).toEqual([
    expected,
  ]);
});

it("what is too short says how long it has to be", () => {
  const [issue] = schema.safeParse({ name: "a" }, wantedBy(schema)).error?.issues ?? [];
  expect(issue?.message).toContain("3");
});

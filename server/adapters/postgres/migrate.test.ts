import { describe, expect, it } from "vitest";
import { Invalid } from "../../errors";
import { type AppliedMigration, dueMigrations, type Migration } from "./migrate";

const known = ["1_a", "2_b", "3_c"].map((name): Migration => ({ name, sql: "", checksum: `sum of ${name}` }));
const at = new Date(0);

function row(name: string, change: Partial<AppliedMigration> = {}): AppliedMigration {
  return {
    migration_name: name,
    checksum: `sum of ${name}`,
    finished_at: at,
    rolled_back_at: null,
    ...change,
  };
}

describe("dueMigrations", () => {
  it.each([
    ["an empty database", [], ["1_a", "2_b", "3_c"]],
    ["a database behind", [row("1_a")], ["2_b", "3_c"]],
    ["a current database", [row("1_a"), row("2_b"), row("3_c")], []],
    [
      "a rolled back try",
      [row("1_a"), row("2_b", { finished_at: null, rolled_back_at: at })],
      ["2_b", "3_c"],
    ],
  ])("gives %s what it lacks", (_case, rows, names) => {
    expect(dueMigrations(known, rows).map((each) => each.name)).toEqual(names);
  });

  it.each([
    ["newer", [row("1_a"), row("9_z")], /newer Ionbeam \(9_z/],
    ["changed", [row("1_a", { checksum: "other" })], /1_a was changed after it was applied/],
    ["unfinished", [row("1_a", { finished_at: null })], /1_a was begun by another program/],
    ["skipped", [row("1_a"), row("3_c")], /2_b is older than 3_c/],
  ])("refuses a %s history", (_case, rows, sentence) => {
    expect(() => dueMigrations(known, rows)).toThrow(Invalid);
    expect(() => dueMigrations(known, rows)).toThrow(sentence);
  });
});

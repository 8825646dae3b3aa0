// Makes server/observation/cf-table.json out of the CF standard-name table as CSV (name, canonical_units, alias_of, …).
// node scripts/cf-table.mjs <cf-standard-names.csv> <version>
import { readFileSync, writeFileSync } from "node:fs";

const [, , file, version] = process.argv;
if (!file || !version) throw new Error("usage: node scripts/cf-table.mjs <cf-standard-names.csv> <version>");
const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
const names = {};
const aliases = {};
for (const line of lines) {
  const [name, unit, aliasOf] = line.trim().split(",");
  if (!name) continue;
  if (aliasOf) aliases[name] = aliasOf;
  else names[unit] = [...(names[unit] ?? []), name];
}
const units = Object.fromEntries(
  Object.entries(names)
    .sort()
    .map(([unit, list]) => [unit, list.sort().join(" ")]),
);
const table = {
  source:
    "CF standard name table, https://cfconventions.org, CC0 1.0: names, canonical units and aliases only",
  version: Number(version),
  names: units,
  aliases: Object.fromEntries(Object.entries(aliases).sort()),
};
writeFileSync("server/observation/cf-table.json", `${JSON.stringify(table, null, 1)}\n`);
console.log(`${lines.length - Object.keys(aliases).length} names, ${Object.keys(aliases).length} aliases`);

// Compares our reading of units with UDUNITS' own. node scripts/oracle-units.mjs <conversions.csv>
// The CSV has from,to,value,result_6_digits,outcome (ok | not convertible | not recognised). Where the `udunits2` command exists, every row, every
// unit of our table and every canonical unit of CF are asked of it too. Ends with 1 when anything differs.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tsImport } from "tsx/esm/api";

const [, , file] = process.argv;
if (!file) throw new Error("usage: node scripts/oracle-units.mjs <conversions.csv>");
const ours = (name) => tsImport(`../server/observation/${name}.ts`, import.meta.url);
const { parseUnit } = await ours("parse-unit");
const { convert } = await ours("unit-conversion");
const { sameDimension } = await ours("unit");
const { UNITS } = await ours("unit-table");
const { unitSpelling } = await ours("unit-spelling");
const cf = JSON.parse(readFileSync(new URL("../server/observation/cf-table.json", import.meta.url), "utf8"));

// udunits2 prints six digits.
const TOLERANCE = 1e-5;
// Ours alone: the bel, which UDUNITS knows only after 2.2.28.
const BEL = /^d?B$/;

let passed = 0;
const failures = [];
const deviations = new Set();
function check(what, fault) {
  if (fault === undefined) passed += 1;
  else failures.push(`${what}: ${fault}`);
}

/** What we make of a conversion, in the CSV's words. */
function convertedByUs(value, from, to) {
  const [a, b] = [parseUnit(from), parseUnit(to)];
  if (!a.ok || !b.ok) return { outcome: "not recognised" };
  if (!sameDimension(a.unit, b.unit)) return { outcome: "not convertible" };
  return { outcome: "ok", result: convert(value, a.unit, b.unit) };
}

/** What udunits2 makes of it: a refusal goes to standard error with status 0, so its text decides. */
function convertedByUdunits(value, from, to) {
  const run = spawnSync(
    "udunits2",
    ["-H", `${value} (${from || "1"})`.replace("(1)", "1"), "-W", to || "1"],
    {
      encoding: "utf8",
    },
  );
  if (/not convertible/i.test(run.stderr)) return { outcome: "not convertible" };
  const result = /= (\S+)/.exec(run.stdout)?.[1];
  return result === undefined ? { outcome: "not recognised" } : { outcome: "ok", result: Number(result) };
}

function difference(wanted, got) {
  if (wanted.outcome !== got.outcome) return `${got.outcome} where ${wanted.outcome} is wanted`;
  if (wanted.outcome !== "ok") return undefined;
  const error = Math.abs(got.result - wanted.result);
  return error <= TOLERANCE * Math.abs(wanted.result)
    ? undefined
    : `${got.result} where ${wanted.result} is wanted`;
}

/**
 * Where we read a spelling that UDUNITS does not, or refuse one that it takes for something else, on purpose: then the spelling that is read
 * counts. Returns the fault, if it is one.
 */
function judged(value, from, to, wanted, ask) {
  const got = convertedByUs(value, from, to);
  const fault = difference(wanted, got);
  if (fault === undefined) return undefined;
  const spelling = unitSpelling(from);
  if (BEL.test(from) && wanted.outcome === "not recognised") {
    deviations.add(`${from}: ours alone`);
    return undefined;
  }
  if (!spelling.ok && wanted.outcome === "not convertible") {
    deviations.add(`${from}: refused (${spelling.reason})`);
    return undefined;
  }
  if (spelling.ok && spelling.aliased && wanted.outcome !== "ok") {
    deviations.add(`${from}: read as ${spelling.text || "1"}`);
    return ask ? difference(ask(value, spelling.text, to), got) : undefined;
  }
  return fault;
}

const live = spawnSync("udunits2", ["--version"]).error === undefined;
const [, ...rows] = readFileSync(file, "utf8").trim().split(/\r?\n/);
if (rows.length === 0) throw new Error(`${file} has no rows`);
for (const row of rows) {
  const [from = "", to = "", value, result, outcome] = row.split(",");
  const wanted = { outcome, result: Number(result) };
  const ask = live ? convertedByUdunits : undefined;
  check(`${value} ${from} -> ${to}`, judged(Number(value), from, to, wanted, ask));
  if (live && outcome === "ok")
    check(
      `${value} ${from} -> ${to} (live)`,
      difference(convertedByUdunits(value, from, to), convertedByUs(Number(value), from, to)),
    );
}

/** Our reading of a word is udunits2's. In parentheses, since a lone `C` or `kph` is refused on purpose. */
function definedAlike(word, reference) {
  const [from, to] = [`(${word})`, reference];
  const [wanted, got] = [convertedByUdunits(12.5, from, to), convertedByUs(12.5, from, to)];
  // UDUNITS converts to a reciprocal too (s m-1 to m s-1); a slowness is no speed, so we do not.
  if (
    wanted.outcome === "ok" &&
    got.outcome === "not convertible" &&
    difference(wanted, convertedByUs(1 / 12.5, `${from}-1`, to)) === undefined
  ) {
    deviations.add(`${word} -> ${to}: no reciprocals`);
    return;
  }
  check(`${word} -> ${reference}`, difference(wanted, got));
}

if (live) {
  const words = UNITS.flatMap(([definition, names, symbols]) => {
    const reference = definition === "" ? symbols.split(" ")[0] : definition;
    const all = [...names.split(" ").flatMap((name) => name.split(":")), ...symbols.split(" ")];
    return all.filter((word) => word !== "" && !BEL.test(word)).map((word) => [word, reference]);
  });
  for (const [word, definition] of words) {
    // The shift belongs to the definition, the reference is the unit without it; a level is compared with what it refers to.
    const reference = definition.replace(/ @.*/, "").replace(/^lg\(re (.*)\)$/, "$1");
    definedAlike(word, reference);
    // A prefix before a sign of minutes or seconds of arc is no unit that anybody writes.
    if (!/^[^A-Za-z]/.test(word))
      definedAlike(`${definition.startsWith("lg") ? "d" : "k"}${word}`, reference);
  }
  for (const unit of Object.keys(cf.names).filter((text) => text !== "" && !BEL.test(text)))
    for (const other of ["1", "K", "Pa", "m s-1", "kg m-2 s-1", unit]) definedAlike(unit, other);
}

for (const text of deviations) console.log(`on purpose: ${text}`);
for (const failure of failures) console.error(`differs: ${failure}`);
console.log(
  `${passed} passed, ${failures.length} failed${live ? "" : " (no udunits2 here: the table only)"}`,
);
process.exit(failures.length > 0 ? 1 : 0);

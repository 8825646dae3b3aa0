// Compares our reading of units with UDUNITS' own. node scripts/oracle-units.mjs <conversions.csv>
// The CSV has from,to,value,result_6_digits,outcome (ok | not convertible | not recognised). Where the `udunits2` command exists, every row, every
// unit of our table, every canonical unit of CF and the pairs below are asked of it too. The last line is `N passed, M failed`; ends with 1 when
// anything differs, and with CI=true where `udunits2` is missing.
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

/** What the grammar can do, and what it must not: asked of udunits2 when it is there. */
const PAIRS = [
  [1.5, "m s^-1", "km h-1"],
  [1.5, "m s**-1", "km h-1"],
  [1.5, "m.s-1", "mile/hour"],
  [1.5, "m·s-1", "knot"],
  [1.5, "metres per second", "ft/min"],
  [7, "W/m2/nm", "W m-3"],
  [7, "W/(m2 nm)", "W m-3"],
  [7, "umol.m-2.s-1", "mol m-2 h-1"],
  [7, "W.s.m-2", "kJ/m2"],
  [0.65, "(degC/100m)", "m K"],
  [0.65, "K/(100 m)", "K m-1"],
  [300, "0.1 degC", "K"],
  [300, "degC2", "K2"],
  [300, "degC1", "K"],
  [300, "mdegC", "K"],
  [3, "kg degree_C m-2", "kg K m-2"],
  [3, "K @ 273.15", "degC"],
  [3, "2 3 m", "cm"],
  [3, "10^2 m", "m"],
  [3, "kg-m", "kg m"],
  [3, "m0", "1"],
  [3, "m³ s-1", "m3 s-1"],
  [3, "µm", "m"],
  [3, "KiloMeter", "m"],
  [3, "Kilopa", "m2"],
  [3, "MBAR", "Pa"],
  [3, "dam", "m"],
  [3, "hertzes", "s-1"],
  [3, "mmh", "m s-1"],
  [3, "(mmh-1)", "m s-1"],
  [3, "m2s", "m2 s"],
  [3, "(m", "m"],
  [3, "m//s", "m s-1"],
  [3, "hello", "1"],
  [3, "dBZ", "mm6 m-3"],
  [3, "2 dBm", "mW"],
  [3, "dBm s-1", "W s-1"],
  [3, "kg m-2", "m"],
  [3, "m-1 sr-1", "m-1"],
];

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
  for (const [value, from, to] of PAIRS)
    check(
      `${value} ${from} -> ${to} (live)`,
      difference(convertedByUdunits(value, from, to), convertedByUs(value, from, to)),
    );
  for (const unit of Object.keys(cf.names).filter((text) => text !== "" && !BEL.test(text)))
    for (const other of ["1", "K", "Pa", "m s-1", "kg m-2 s-1", unit]) definedAlike(unit, other);
}

for (const text of deviations) console.log(`on purpose: ${text}`);
for (const failure of failures) console.error(`differs: ${failure}`);
const lacking = !live && process.env.CI === "true";
if (!live)
  console.error(`no udunits2 here: the table only${lacking ? ", which is not enough with CI=true" : ""}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 || lacking ? 1 : 0);

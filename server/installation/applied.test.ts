import { expect, it } from "vitest";
import { appliedWords } from "./applied";

it.each([
  ["source ioncannon is off", "source ioncannon was off: turned on"],
  ["source ioncannon is on", "source ioncannon was on: turned off"],
  ["source netatmo is not in the catalogue", "source netatmo: added"],
  ["a schedule of source ioncannon is not in the catalogue", "a schedule of source ioncannon: added"],
  ["a schedule of source ioncannon is not in the settings", "a schedule of source ioncannon: turned off"],
  ["projection pygeoapi is configured otherwise", "projection pygeoapi: configured as the settings say"],
  ["something else", "something else"],
])("of %j says %j", (difference, words) => expect(appliedWords(difference)).toBe(words));

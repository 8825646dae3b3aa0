import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { ConfiguredField } from "../../server/configuration/model";
import { type Draft, draftChanges, keyOf } from "./draft";
import { placedIssues } from "./placed-issues";
import { SaveArea } from "./save-area";

const stations: ConfiguredField = {
  path: ["num_stations"],
  title: "Stations",
  kind: "integer",
  required: false,
  default: 400,
  minimum: 1,
};
const late: ConfiguredField = { ...stations, path: ["late"], title: "Late", maximum: 1, minimum: 0 };
const FIELDS = [stations, late];

/** What stands at Save, and whether it can be pressed. */
function area(texts: { stations?: string; late?: string }, overtaken = false) {
  const draft: Draft = Object.fromEntries(
    [
      [keyOf(stations), texts.stations],
      [keyOf(late), texts.late],
    ].filter((each): each is [string, string] => each[1] !== undefined),
  );
  const { changes, wrong } = draftChanges(FIELDS, draft);
  const nothing = () => undefined;
  const html = renderToStaticMarkup(
    <SaveArea
      changes={changes}
      wrong={placedIssues(FIELDS, wrong)}
      refused={[]}
      overtaken={overtaken}
      typed={Object.keys(draft).length > 0}
      pending={false}
      toIssue={nothing}
      toNotice={nothing}
      discard={nothing}
    />,
  );
  const save = /<button[^>]*type="submit"[^>]*>/.exec(html)?.[0] ?? "";
  return { text: html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "), blocked: / disabled=""/.test(save) };
}

it("a field that cannot be read is named at Save, and it is not said that nothing is changed", () => {
  const { text, blocked } = area({ stations: "0" });
  expect(blocked).toBe(true);
  expect(text).toContain("Stations : not less than 1");
  expect(text).not.toContain("Nothing is changed");
});

it("beside a change the field in its way is named", () => {
  const { text, blocked } = area({ stations: "2000", late: "7" });
  expect(blocked).toBe(true);
  expect(text).toMatch(/Stations: 400 to 2000.*Late : not more than 1.*Save 1 change/);
});

it("where somebody else has saved, that stands at Save", () => {
  const { text, blocked } = area({ stations: "2000" }, true);
  expect(blocked).toBe(true);
  expect(text).toContain("Somebody else has saved meanwhile");
});

it("what can be saved has nothing in its way", () => {
  expect(area({ stations: "2000" }).blocked).toBe(false);
  expect(area({}).text).toContain("Nothing is changed");
});

import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { NoRows } from "./no-rows";

it("a dataset that the address names and nobody has is told by its name, with the way to all", () => {
  const html = renderToStaticMarkup(<NoRows dataset="nosuch" />);
  expect(html).toContain("There is no dataset nosuch");
  expect(html).toContain('href="/windows"');
  expect(html).not.toContain("No datasets yet");
});

it("where none is asked for, there are none yet", () => {
  expect(renderToStaticMarkup(<NoRows dataset={undefined} />)).toContain("No datasets yet");
});

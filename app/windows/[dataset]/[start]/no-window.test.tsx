import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { HOUR, parseInstant } from "../../../../server/observation/time";
import { NoWindow } from "./no-window";

const start = parseInstant("2024-06-07T10:30:00Z") ?? 0;

it("leads to the window that holds the instant, where there is one", () => {
  const html = renderToStaticMarkup(
    <NoWindow dataset="a b" start={start} why="it starts elsewhere" instead={start - HOUR / 2} />,
  );
  expect(html).toContain('href="/windows/a%20b/2024-06-07T10:00:00Z"');
  expect(html).toContain("The window from 2024-06-07 10:00");
  expect(renderToStaticMarkup(<NoWindow dataset="a b" start={start} why="no dataset" />)).not.toContain(
    "The window from",
  );
});

import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Failed } from "./states";

const shown = (tooMuch: boolean) =>
  renderToStaticMarkup(
    <Failed failure={{ message: "that is 5000 windows", passing: false, tooMuch }} retry={() => undefined} />,
  );

it("of what is too much it is said so, without a way to ask for the same again", () => {
  expect(shown(true)).toContain("Too much is asked for at once");
  expect(shown(true)).not.toContain("Try again");
});

it("what failed otherwise can be tried again", () => {
  expect(shown(false)).toContain("This could not be shown");
  expect(shown(false)).toContain("Try again");
});

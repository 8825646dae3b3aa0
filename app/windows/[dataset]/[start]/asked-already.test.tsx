import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { parseInstant } from "../../../../server/observation/time";
import type { Run } from "../../../_trpc/outputs";
import { AskedAlready } from "./asked-already";

const textOf = (state: Run["state"], retryAt?: string) =>
  renderToStaticMarkup(
    <AskedAlready
      run={{
        id: "1",
        source: "off",
        state,
        retryAt: retryAt === undefined ? undefined : parseInstant(retryAt),
      }}
    />,
  ).replaceAll(/<[^>]*>/g, "");

it("a run whose last try failed says when it is tried again", () =>
  expect(textOf("failed", "2026-01-02T03:04:00Z")).toBe(
    "is asked for it already: its run failed and is tried again by itself at 2026-01-02 03:04 UTC.",
  ));

it("one that is under way says so", () =>
  expect(textOf("running")).toBe("is asked for it already: its run is running."));

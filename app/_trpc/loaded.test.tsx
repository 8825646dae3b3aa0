import { TRPCClientError } from "@trpc/client";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { Loaded } from "./loaded";

const page = vi.hoisted(() => ({ path: "" }));
vi.mock("next/navigation", () => ({ usePathname: () => page.path }));

const gone = TRPCClientError.from({
  error: { message: "no reprocessing 7", code: -32004, data: { code: "NOT_FOUND" } },
});
const shown = (path: string) => {
  page.path = path;
  const query = { data: undefined, error: gone, refetch: () => undefined };
  return renderToStaticMarkup(<Loaded query={query}>{() => null}</Loaded>);
};

it("of what is not there the page says so, and leads to the list of what is", () => {
  const html = shown("/reprocess/7");
  expect(html).toContain("no reprocessing 7");
  expect(html).toContain('href="/reprocess"');
});

it("on the list itself there is only the menu", () => expect(shown("/reprocess")).not.toContain("href"));

import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { expect, it } from "vitest";
import { NotFound, TooMuch, WrongFields } from "../errors";
import type { ApiContext, ApiPorts } from "./context";
import { procedure, router } from "./procedure";

const failing = (error: Error) =>
  procedure.query(() => {
    throw error;
  });
const routes = router({
  gone: failing(new NotFound("no reprocessing 7", { shownBy: "ionbeam reprocess list shows them" })),
  much: failing(new TooMuch("that is 5000 windows")),
  wrong: failing(new WrongFields("a: no", [{ path: ["a"], message: "no" }])),
});

/** What a page is answered. */
async function answer(name: keyof typeof routes) {
  const ports = { databaseAnswers: async () => undefined } as unknown as ApiPorts;
  const createContext = () => ({ ports: async () => ports }) as unknown as ApiContext;
  const req = new Request(`http://ionbeam.example/api/trpc/${String(name)}`);
  const response = await fetchRequestHandler({ endpoint: "/api/trpc", req, router: routes, createContext });
  return (await response.json()).error;
}

it("a page is told of what is not there without the command line", async () =>
  expect(await answer("gone")).toMatchObject({ message: "no reprocessing 7", data: { code: "NOT_FOUND" } }));

it("what is too much is told from what is wrong", async () => {
  expect(await answer("much")).toMatchObject({ message: "that is 5000 windows", data: { tooMuch: true } });
  const { data } = await answer("wrong");
  expect(data.tooMuch).toBeUndefined();
  expect(data.fields).toEqual([{ path: ["a"], message: "no" }]);
});

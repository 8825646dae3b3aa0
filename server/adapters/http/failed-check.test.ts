import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { checkOf, Denied, IonbeamError, Transient } from "../../errors";
import type { Check } from "../../health/model";
import type { Clock } from "../../ports/clock";
import { checkOfCode } from "./check-of-code";
import { FetchHttp } from "./fetch-http";

const fixture = (name: string) =>
  readFileSync(path.join(fileURLToPath(new URL("fixtures", import.meta.url)), name));
const clock: Clock = { now: () => 0, sleep: async () => undefined };

const open: (Server | RawServer)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function portOf(server: Server | RawServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return (server.address() as AddressInfo).port;
}
const serving = (answer: RequestListener) => async () =>
  `http://localhost:${await portOf(createServer(answer))}`;
const answering = (status: number, headers: Record<string, string> = {}) =>
  serving((_request, response) => void response.writeHead(status, headers).end());
const closedPort = async () => {
  const server = createServer();
  const port = await portOf(server);
  open.pop();
  await new Promise((resolve) => server.close(resolve));
  return port;
};

it.each<[string, Check | undefined, () => Promise<string>]>([
  ["a host that is none", "name resolution", async () => "http://nowhere.invalid"],
  ["a port that is closed", "connection", async () => `http://127.0.0.1:${await closedPort()}`],
  [
    "a port that is closed at all addresses of a name",
    "connection",
    async () => `http://localhost:${await closedPort()}`,
  ],
  [
    "a certificate that nobody signed",
    "TLS",
    async () => {
      const tls = { key: fixture("self-signed.key.pem"), cert: fixture("self-signed.crt.pem") };
      return `https://localhost:${await portOf(createSecureServer(tls))}`;
    },
  ],
  ["https of a plain server", "TLS", async () => (await answering(200)()).replace("http:", "https:")],
  [
    "what speaks no HTTP",
    "protocol",
    async () =>
      `http://localhost:${await portOf(createRawServer((socket) => void socket.resume().end("220 smtp\r\n")))}`,
  ],
  [
    "a connection that is cut in the middle",
    "protocol",
    serving(
      (_request, response) =>
        void response.writeHead(200, { "content-length": 1_000 }).write("half", () => response.destroy()),
    ),
  ],
  ["a connection that is cut before an answer", "protocol", serving((request) => request.socket.destroy())],
  ["no answer in time", "protocol", serving(() => undefined)],
  ["408", "protocol", answering(408)],
  ["429", "limit", answering(429)],
  ["500", "protocol", answering(500)],
  [
    "redirects that go round",
    "path",
    serving((request, response) => void response.writeHead(302, { location: request.url }).end()),
  ],
  ["a redirect to no address", "path", answering(302, { location: "http://[" })],
  ["a redirect out of the web", "path", answering(302, { location: "ftp://example.org/" })],
  [
    "an address with a password",
    "authentication",
    async () => (await answering(200)()).replace("//", "//me:sesame@"),
  ],
  ["a port that nobody may be asked at", undefined, async () => "http://localhost:1"],
])("%s is: %s", async (_what, check, address) => {
  const asked = new FetchHttp(clock).fetch({ url: await address(), attempts: 1, timeoutMs: 2_000 });
  const error = await asked.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(IonbeamError);
  expect(checkOf(error)).toBe(check);
  // What stands around it gives no other.
  expect(checkOf(new Transient("the day could not be had", { cause: error }))).toBe(check);
});

it("of what was stopped there is no check: nothing was wrong out there", async () => {
  const stop = new AbortController();
  const url = await serving(() => stop.abort())();
  const error = await new FetchHttp(clock)
    .fetch({ url, signal: stop.signal })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Transient);
  expect(checkOf(error)).toBeUndefined();
});

it.each<[string | undefined, Check | undefined]>([
  ["EAI_AGAIN", "name resolution"],
  ["UND_ERR_CONNECT_TIMEOUT", "connection"],
  ["EHOSTUNREACH", "connection"],
  ["CERT_HAS_EXPIRED", "TLS"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS"],
  ["HPE_INVALID_CONSTANT", "protocol"],
  // What was under way decides.
  ["ECONNRESET", undefined],
  [undefined, undefined],
])("the code %s tells of: %s", (code, check) => expect(checkOfCode(code)).toBe(check));

it("the check that is nearest to the top counts, and a circle of causes ends", () => {
  const inner = new Denied("no", { check: "permission" });
  expect(checkOf(new Error("around", { cause: inner }))).toBe("permission");
  expect(checkOf(new Transient("above", { check: "limit", cause: inner }))).toBe("limit");
  const round = new Error("round");
  round.cause = round;
  expect(checkOf(round)).toBeUndefined();
  expect(checkOf("a word")).toBeUndefined();
});

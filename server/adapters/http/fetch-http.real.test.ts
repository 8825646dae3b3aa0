import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ArchiveServer, type Behaviour, startArchiveServer } from "../../../e2e/archive-server";
import { Invalid, Transient } from "../../errors";
import { parseInstant } from "../../observation/time";
import type { Clock } from "../../ports/clock";
import { FetchHttp, userAgent } from "./fetch-http";

const CONTENT = "x".repeat(200_000);

describe("HTTP by fetch", () => {
  let folder: string;
  let server: ArchiveServer;
  let waits: number[];
  let http: FetchHttp;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "http-"));
    await writeFile(path.join(folder, "a.csv"), CONTENT);
    server = await startArchiveServer(folder);
    waits = [];
    // Time is told, not waited for.
    const clock: Clock = {
      now: () => parseInstant("2026-01-02T03:04:05Z") ?? 0,
      sleep: async (ms) => {
        waits.push(ms);
      },
    };
    http = new FetchHttp(clock);
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (change: { attempts?: number; timeoutMs?: number; signal?: AbortSignal } = {}) =>
    http.fetch({ url: `${server.url}/a.csv`, ...change });

  it("answers with status, headers and body, and says who asks", async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("text/csv");
    expect(await response.text()).toBe(CONTENT);
    expect((await response.bytes()).length).toBe(CONTENT.length);
    expect([...server.agents]).toEqual([userAgent()]);
    expect(userAgent()).toMatch(/^Ionbeam\/\d.*https:/);
  });

  it("gives the operator's contact where there is one", async () => {
    const clock: Clock = { now: () => 0, sleep: async () => {} };
    await new FetchHttp(clock, "weather@example.org").fetch({ url: `${server.url}/a.csv` });
    expect([...server.agents]).toEqual(["Ionbeam/0.1 (+weather@example.org)"]);
  });

  it.each(["", " ", "a\r\nx-evil: 1", "Jürgen@example.org", "a) Mozilla/5.0 (b", "me"])(
    "refuses a contact that is none: %j",
    (contact) => {
      expect(() => userAgent(contact)).toThrow(Invalid);
    },
  );

  it.each<[string, Behaviour, readonly number[]]>([
    ["500, three times", { kind: "status", status: 500, times: 3 }, [500, 1000, 2000]],
    ["408", { kind: "status", status: 408, times: 1 }, [500]],
    ["425", { kind: "status", status: 425, times: 1 }, [500]],
    ["429 that says when", { kind: "status", status: 429, times: 1, retryAfter: "7" }, [7000]],
    [
      "503 with a date",
      { kind: "status", status: 503, times: 1, retryAfter: "Fri, 02 Jan 2026 03:04:15 GMT" },
      [10_000],
    ],
    ["a connection cut in the middle", { kind: "cut", times: 2 }, [500, 1000]],
  ])("tries again after %s", async (_, behaviour, expected) => {
    server.fail("/a.csv", behaviour);
    const response = await ask();
    expect(await response.text()).toBe(CONTENT);
    expect(waits).toEqual(expected);
  });

  it.each([400, 401, 403, 404, 410])("%i is an answer, not tried again", async (status) => {
    server.fail("/a.csv", { kind: "status", status });
    expect((await ask()).status).toBe(status);
    expect(server.requests.get("/a.csv")).toBe(1);
  });

  it("gives up after the attempts that it was given, without the query in the sentence", async () => {
    server.fail("/a.csv", { kind: "status", status: 502 });
    const asked = http.fetch({ url: `${server.url}/a.csv?key=secret`, attempts: 2 });
    await expect(asked).rejects.toThrow(Transient);
    await expect(asked).rejects.toThrow(/answered 502$/);
    await expect(asked).rejects.not.toThrow(/secret/);
    expect(server.requests.get("/a.csv")).toBe(2);
  });

  it("a wait too long to sleep through is handed on", async () => {
    server.fail("/a.csv", { kind: "status", status: 429, retryAfter: "3600" });
    await expect(ask()).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(waits).toEqual([]);
    expect(server.requests.get("/a.csv")).toBe(1);
  });

  it("a server that never answers", async () => {
    server.fail("/a.csv", { kind: "hang" });
    await expect(ask({ timeoutMs: 50, attempts: 2 })).rejects.toThrow(/no answer within 50 ms/);
    // Twice; on a busy machine the time may be over before the request has reached the server, so that it is not asked how often.
    expect(waits).toEqual([500]);
  });

  it("nobody listens", async () => {
    const { host } = new URL(server.url);
    await server.close();
    await expect(ask({ attempts: 2 })).rejects.toThrow(
      `GET http://${host}/a.csv does not answer (connection refused)`,
    );
  });

  it("nobody listens at any of a name's addresses", async () => {
    const { port } = new URL(server.url);
    await server.close();
    const asked = http.fetch({ url: `http://localhost:${port}/a.csv`, attempts: 1 });
    await expect(asked).rejects.toThrow(/localhost:\d+\/a\.csv does not answer \(connection refused\)/);
  });

  it("a name that is none", async () => {
    const asked = http.fetch({ url: "http://nowhere.invalid/a.csv?key=sesame", attempts: 1 });
    await expect(asked).rejects.toThrow(/^GET http:\/\/nowhere\.invalid\/a\.csv does not answer \(/);
  });

  it("a connection that breaks in the middle", async () => {
    server.fail("/a.csv", { kind: "cut" });
    await expect(ask({ attempts: 1 })).rejects.toThrow(/a\.csv broke the connection off$/);
  });

  it("an address with a password is refused without saying it", async () => {
    const url = server.url.replace("//", "//me:sesame@");
    const asked = http.fetch({ url: `${url}/a.csv?key=sesame`, attempts: 1 });
    await expect(asked).rejects.toThrow(/includes credentials: the address$/);
    await expect(asked).rejects.not.toThrow(/sesame/);
  });

  it("stops when told, also while it waits for an answer", async () => {
    server.fail("/a.csv", { kind: "hang" });
    const stop = new AbortController();
    const asked = ask({ signal: stop.signal });
    await expect.poll(() => server.requests.get("/a.csv"), { timeout: 60_000 }).toBe(1);
    stop.abort();
    await expect(asked).rejects.toThrow(/stopped/);
    await expect(ask({ signal: stop.signal })).rejects.toThrow(/stopped/);
    expect(server.requests.get("/a.csv")).toBe(1);
  });
});

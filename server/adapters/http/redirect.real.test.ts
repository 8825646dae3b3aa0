import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Denied, Transient } from "../../errors";
import type { HttpRequest } from "../../ports/http";
import { FetchHttp } from "./fetch-http";

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that writes down what it is asked and answers by a table of paths; what is not there is a plain 200. */
class Station {
  readonly seen: Seen[] = [];
  readonly answers: Record<string, readonly [number, string?]> = {};
  private server: Server | undefined;

  async open(): Promise<string> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method, url, headers } = request;
      this.seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
      const [status, location] = this.answers[url ?? ""] ?? [200];
      response.writeHead(status, location === undefined ? {} : { location }).end(`answer of ${url}`);
    });
    this.server = server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const KEYS = { "X-Api-Key": "sesame", authorization: "Bearer sesame", Accept: "application/json" };

describe("a redirect", () => {
  let home: Station;
  let away: Station;
  let here: string;
  let there: string;
  let waits: number[];

  beforeEach(async () => {
    [home, away, waits] = [new Station(), new Station(), []];
    [here, there] = [await home.open(), await away.open()];
  });
  afterEach(() => {
    home.close();
    away.close();
  });

  const ask = (path: string, change: Partial<HttpRequest> = {}) => {
    const sleep = async (ms: number) => {
      waits.push(ms);
    };
    return new FetchHttp({ now: () => 0, sleep }).fetch({ url: here + path, headers: KEYS, ...change });
  };

  it.each([301, 302, 303, 307, 308])("%i to another host does not take the key along", async (status) => {
    home.answers["/a"] = [status, `${there}/b?page=2`];
    expect(await (await ask("/a")).text()).toBe("answer of /b?page=2");
    expect(home.seen[0]?.headers).toMatchObject({ "x-api-key": "sesame", authorization: "Bearer sesame" });
    expect(away.seen).toHaveLength(1);
    expect(away.seen[0]?.headers).toMatchObject({ accept: "application/json" });
    expect(away.seen[0]?.headers["user-agent"]).toMatch(/^Ionbeam/);
    expect(JSON.stringify(away.seen)).not.toContain("sesame");
  });

  it("home again from another host does not bring the key back", async () => {
    home.answers["/a"] = [302, `${there}/b`];
    away.answers["/b"] = [302, `${here}/c`];
    expect(await (await ask("/a")).text()).toBe("answer of /c");
    expect(home.seen[1]?.headers).not.toHaveProperty("x-api-key");
  });

  it.each([
    ["/deep/c", "../b", "/b"],
    ["/deep/c", "d?e=1", "/deep/d?e=1"],
    ["/deep/c", "/b", "/b"],
  ])("inside of %s to %s is followed, with the key", async (from, location, to) => {
    home.answers[from] = [302, location];
    expect(await (await ask(from)).text()).toBe(`answer of ${to}`);
    expect(home.seen[1]?.headers).toMatchObject({ "x-api-key": "sesame" });
  });

  it("of a POST is a GET without body where browsers make it one, and a POST where not", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      home.answers[`/${status}`] = [status, "/b"];
      await ask(`/${status}`, { method: "POST", body: "x=1", headers: { "content-type": "text/plain" } });
    }
    const after = home.seen.filter(({ path }) => path === "/b");
    expect(after.map(({ method, body }) => `${method} ${body}`)).toEqual([
      "GET ",
      "GET ",
      "GET ",
      "POST x=1",
      "POST x=1",
    ]);
    expect(after[0]?.headers).not.toHaveProperty("content-type");
    expect(after[3]?.headers).toMatchObject({ "content-type": "text/plain" });
  });

  it("that would take a body to another host is refused", async () => {
    home.answers["/a"] = [307, `${there}/b`];
    const asked = ask("/a", { method: "POST", body: "secret=sesame" });
    await expect(asked).rejects.toThrow(Denied);
    await expect(asked).rejects.toThrow(/does not get what was sent/);
    expect(away.seen).toEqual([]);
  });

  it.each(["ftp://example.org/a", "file:///etc/hosts", "data:text/plain,x"])(
    "to %s is refused",
    async (to) => {
      home.answers["/a"] = [302, to];
      await expect(ask("/a")).rejects.toThrow(Denied);
      await expect(ask("/a")).rejects.toThrow(/not of the web$/);
    },
  );

  it("that goes round ends after five, in words, without its query, and is not tried again at once", async () => {
    home.answers["/a?key=sesame"] = [302, "/b?key=sesame"];
    home.answers["/b?key=sesame"] = [302, "/a?key=sesame"];
    const asked = ask("/a?key=sesame");
    await expect(asked).rejects.toThrow(Transient);
    await expect(asked).rejects.toThrow(/\/a: redirects go round or never end; after 5 .* GET http.*\/a$/);
    await expect(asked).rejects.not.toThrow(/sesame/);
    expect(home.seen).toHaveLength(6);
    expect(waits).toEqual([]);
  });

  it("of five steps is followed; the last may be worth another try, from the start", async () => {
    for (const n of [0, 1, 2, 3, 4]) home.answers[`/${n}`] = [302, `/${n + 1}`];
    expect(await (await ask("/0")).text()).toBe("answer of /5");
    home.answers["/5"] = [503];
    await expect(ask("/0", { attempts: 2 })).rejects.toThrow(/\/0: answered 503$/);
    expect(waits).toEqual([500]);
  });

  it("without a place to go is an answer", async () => {
    home.answers["/a"] = [302];
    home.answers["/b"] = [304, "/c"];
    expect((await ask("/a")).status).toBe(302);
    expect((await ask("/b")).status).toBe(304);
  });

  it("to what is no address says so", async () => {
    home.answers["/a"] = [302, "http://[/"];
    await expect(ask("/a")).rejects.toThrow(/redirected to what is no address/);
  });
});

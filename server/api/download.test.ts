import { describe, expect, it } from "vitest";
import { NotFound } from "../errors";
import { download, isOffered } from "./download";

const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251);

function store() {
  const closed = { count: 0 };
  const open = async (key: string) => {
    if (key !== "datasets/a/b.parquet") throw new NotFound("no such file");
    return {
      byteLength: bytes.length,
      slice: async (start: number, end: number) => bytes.slice(start, end),
      close: async () => {
        closed.count += 1;
      },
    };
  };
  return { open, closed };
}

function ask(path: string[], headers: Record<string, string> = {}, method = "GET") {
  const files = store();
  const request = new Request("http://127.0.0.1/", { headers, method });
  const removedFile = async (key: string) =>
    key === "datasets/a/old.parquet" ? { revision: 3, removedAt: 1_767_225_600_000_000 } : undefined;
  return download(path, request, files, { removedFile }).then((response) => ({
    response,
    closed: files.closed,
  }));
}

const KEY = ["datasets", "a", "b.parquet"];

describe("isOffered", () => {
  it.each([
    [KEY, true],
    [["projections", "pygeoapi", "ioncannon", "x.parquet"], true],
    [["datasets", "ioncannon", "x.manifest.json"], true],
    [["projections", "pygeoapi", "pygeoapi-config.yml"], false],
    [["projections", "pygeoapi", "x.parquet.bak"], false],
    [["payloads", "a", "b.parquet"], false],
    [["points", "a"], false],
    [["datasets"], false],
    [["datasets", "..", "payloads", "a"], false],
    [["datasets", "../payloads/a"], false],
    [["datasets", ".hidden"], false],
    [["datasets", "a\\..\\b"], false],
    [["datasets", ""], false],
  ])("%j: %s", (segments, offered) => {
    expect(isOffered(segments)).toBe(offered);
  });
});

describe("download", () => {
  it("says of a file that retention deleted that it is gone, of another that there is none", async () => {
    const { response } = await ask(["datasets", "a", "old.parquet"]);
    expect(response.status).toBe(410);
    expect(await response.text()).toContain("revision 3 is gone by retention since 2026-01-01T00:00:00Z");
    expect((await ask(["datasets", "a", "none.parquet"])).response.status).toBe(404);
  });

  it("sends all of a file and closes it", async () => {
    const { response, closed } = await ask(KEY);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="b.parquet"');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(closed.count).toBe(1);
  });

  it("sends a range over several chunks", async () => {
    const { response } = await ask(KEY, { range: "bytes=10-300009" });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe("bytes 10-300009/600000");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(10, 300_010));
  });

  it("refuses a range beyond the end", async () => {
    const { response, closed } = await ask(KEY, { range: "bytes=600000-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */600000");
    expect(closed.count).toBe(1);
  });

  it("answers HEAD without a body", async () => {
    const { response, closed } = await ask(KEY, {}, "HEAD");
    expect(response.headers.get("content-length")).toBe("600000");
    expect(response.body).toBeNull();
    expect(closed.count).toBe(1);
  });

  it.each([[["datasets", "a", "gone.parquet"]], [["payloads", "x"]]])("404 for %j", async (path) => {
    expect((await ask(path)).response.status).toBe(404);
  });
});

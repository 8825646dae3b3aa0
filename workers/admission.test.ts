import { describe, expect, it } from "vitest";
import { knownHosts, refuse } from "./admission";

const known = knownHosts("127.0.0.1", ["Weather.Example", "fd00::5"]);
const get = { method: "GET", origin: undefined, site: undefined };
const post = { method: "POST", host: "127.0.0.1:3000", origin: undefined, site: undefined };

describe("refuse", () => {
  it.each([
    "127.0.0.1:3000",
    "localhost:3000",
    "LOCALHOST",
    "[::1]:3000",
    "weather.example",
    "[fd00::5]:8080",
  ])("lets a request to %s pass", (host) => {
    expect(refuse({ ...get, host }, known)).toBeUndefined();
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example:3000",
    "localhost.evil.example",
    "0.0.0.0:3000",
    "a@localhost",
    "localhost:3000:80",
    "",
    undefined,
  ])("refuses a request to %s", (host) => {
    expect(refuse({ ...get, host }, known)).toMatch(/not known as|no valid Host/);
  });

  it.each([
    [{ origin: "http://127.0.0.1:3000" }],
    [{ origin: "https://127.0.0.1:3000" }],
    [{ site: "same-origin" }],
    [{}],
  ])("takes a change from our own page or a program: %o", (headers) => {
    expect(refuse({ ...post, ...headers }, known)).toBeUndefined();
  });

  it.each([
    [{ origin: "http://evil.example" }],
    [{ origin: "http://127.0.0.1:4000" }],
    [{ origin: "http://localhost:3000" }],
    [{ origin: "null" }],
    [{ site: "cross-site" }],
    [{ site: "same-site" }],
  ])("refuses a change from elsewhere: %o", (headers) => {
    expect(refuse({ ...post, ...headers }, known)).toMatch(/own pages only/);
  });

  it("is not called by a wildcard address", () => {
    expect(knownHosts("0.0.0.0", []).has("0.0.0.0")).toBe(false);
    expect(knownHosts("192.168.1.5", []).has("192.168.1.5")).toBe(true);
  });
});

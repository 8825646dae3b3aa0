import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { NodeStagedHttp } from "../adapters/http/staged-http";
import { KeyFileSecretBox } from "../adapters/system/secret-box";
import { Denied } from "../errors";
import { parseInstant } from "../observation/time";
import { ioncannon } from "../source/ioncannon";
import { sensorCommunity } from "../source/sensor-community";
import type { Checked, ProbeFinding } from "./model";
import { type HealthPorts, probeSource, sourceHealth } from "./verbs";

const NOW = parseInstant("2026-11-27T12:00:00Z") ?? 0;
/** The day that the archive is asked for. */
const DAY = "2026-11-25";
const fixture = (name: string) =>
  readFileSync(path.join(fileURLToPath(new URL("../adapters/http/fixtures", import.meta.url)), name));

const LISTING = (files: readonly string[]) =>
  `<html><head><title>Index of /${DAY}</title></head><body>${files.map((name) => `<a href="${name}">${name}</a>`).join("")}</body></html>`;

/** A probe keeps what it found in the place of the one before: here in the test's memory. */
function portsFor(kind: "sensor-community" | "ioncannon", config: object): HealthPorts {
  const kept = new Map<string, { finding: ProbeFinding; at: number }>();
  return {
    catalog: { source: async (name) => ({ name, kind, config }) as never },
    probes: {
      last: async (name) => kept.get(name),
      keep: async (name, finding) => void kept.set(name, { finding, at: NOW }),
    },
    stagedHttp: new NodeStagedHttp(),
    clock: { now: () => NOW },
    secretBox: new KeyFileSecretBox(folder),
    sourcePlugins: [ioncannon, sensorCommunity],
  };
}

const folder = mkdtempSync(path.join(tmpdir(), "probe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: (Server | RawServer)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server | RawServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return (server.address() as AddressInfo).port;
}

const serving = async (answer: RequestListener) =>
  `http://localhost:${await listening(createServer(answer))}`;

const answering =
  (status: number, body = "", headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

const stateOf = (checks: readonly Checked[]) =>
  Object.fromEntries(checks.map(({ check, state }) => [check, state]));

async function probe(base_url: string, signal?: AbortSignal) {
  const found = await probeSource("archive", signal, portsFor("sensor-community", { base_url }));
  return { ...found, states: stateOf(found.finding?.checks ?? []) };
}

describe("the probe of a source", () => {
  it("passes all checks, with one request, where a day is listed", async () => {
    const asked: (string | undefined)[] = [];
    const base = await serving((request, response) => {
      asked.push(request.url);
      response.end(LISTING([`${DAY}_bme280_sensor_1.csv`, `${DAY}_sds011_sensor_2.csv`]));
    });
    const { health, states, sentence } = await probe(base);
    expect(health).toBe("passed");
    expect(sentence).toContain("it lists 2 files");
    expect(asked).toEqual([`/${DAY}/`]);
    // What an http address without credentials does not have is no pass.
    expect(states).toMatchObject({ TLS: "not applicable", authentication: "not applicable" });
    expect(states).toMatchObject({
      "name resolution": "passed",
      connection: "passed",
      "nothing new": "passed",
    });
  });

  it.each<[string, string, RequestListener]>([
    ["401", "authentication", answering(401)],
    ["403", "permission", answering(403)],
    ["404", "path", answering(404)],
    ["429", "limit", answering(429, "", { "retry-after": "120" })],
    ["500", "protocol", answering(500)],
    ["a page instead of a listing", "payload", answering(200, "<html><title>It works!</title></html>")],
    ["a listing that is cut off", "payload", answering(200, LISTING(["a.csv"]).slice(0, 60))],
    ["an empty answer", "payload", answering(200)],
    ["a listing without files", "nothing new", answering(200, LISTING([]))],
    [
      "redirects that go round",
      "path",
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
    ],
    [
      "a connection that is cut in the middle",
      "protocol",
      (_request, response) =>
        void response.writeHead(200, { "content-length": 1_000 }).write("half", () => response.destroy()),
    ],
  ])("%s is: %s", async (_what, check, answer) => {
    const { health, states, sentence } = await probe(await serving(answer));
    expect(health).toBe(check);
    expect(states[check]).toBe("failed");
    expect(sentence).toMatch(/What to do: /);
    // Nothing behind what failed is shown as tried, least of all as passed.
    const order = Object.keys(states);
    for (const later of order.slice(order.indexOf(check) + 1)) expect(states[later]).toBe("not tried");
    expect(states.connection).toBe("passed");
    // A status that refuses proves nothing of the checks that a service may make in another order.
    if (["permission", "path", "limit"].includes(check))
      for (const before of order.slice(order.indexOf("authentication"), order.indexOf(check)))
        expect(states[before]).toBe("not tried");
  });

  it("a closed port is: connection", async () => {
    const server = createServer();
    const port = await listening(server);
    open.pop();
    await new Promise((resolve) => server.close(resolve));
    const { health, states, sentence } = await probe(`http://localhost:${port}`);
    expect(health).toBe("connection");
    expect(sentence).toContain("the connection was refused");
    expect(states).toMatchObject({ "name resolution": "passed", TLS: "not tried", payload: "not tried" });
  });

  it("a host that is none is: name resolution", async () => {
    const { health, states } = await probe("http://nowhere.invalid");
    expect(health).toBe("name resolution");
    expect(states.connection).toBe("not tried");
  });

  it("an address in numbers has no name to resolve", async () => {
    const server = createServer(answering(404));
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { states } = await probe(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(states).toMatchObject({ "name resolution": "not applicable", connection: "passed" });
  });

  it("a certificate that nobody has signed is: TLS", async () => {
    const secure = createSecureServer(
      { key: fixture("self-signed.key.pem"), cert: fixture("self-signed.crt.pem") },
      answering(200),
    );
    const { health, states, sentence } = await probe(`https://localhost:${await listening(secure)}`);
    expect(health).toBe("TLS");
    expect(sentence).toContain("signed by nobody but itself");
    expect(states).toMatchObject({ connection: "passed", protocol: "not tried" });
  });

  it("https asked of a plain server is: TLS", async () => {
    const base = await serving(answering(200));
    expect((await probe(base.replace("http:", "https:"))).health).toBe("TLS");
  });

  it("what speaks no HTTP is: protocol", async () => {
    const raw = createRawServer((socket) => void socket.resume().end("220 smtp.example ESMTP\r\n"));
    expect((await probe(`http://localhost:${await listening(raw)}`)).health).toBe("protocol");
  });

  it("a server that never answers is: protocol, when its time is over", async () => {
    const base = await serving(() => undefined);
    const http = new NodeStagedHttp();
    const came = await http.ask({ url: base, timeoutMs: 200, mostBytes: 100, follow: true });
    expect(came.failed?.check).toBe("protocol");
    expect(came.failed?.why).toContain("nothing came within");
    expect(stateOf(came.checks).connection).toBe("passed");
  });

  it("is stopped when nobody waits, and then nothing is kept", async () => {
    const stop = new AbortController();
    const base = await serving(() => stop.abort());
    const ports = portsFor("sensor-community", { base_url: base });
    await probeSource("archive", stop.signal, ports);
    expect((await sourceHealth("archive", ports)).health).toBe("never tried");
  });

  it("opens an address that is sealed for the password in it, and does not tell that", async () => {
    const base = (await serving(answering(404))).replace("//", "//me:sesame@");
    const sealed = await new KeyFileSecretBox(folder).seal(JSON.stringify(base));
    for (const base_url of [base, sealed]) {
      const ports = portsFor("sensor-community", { base_url });
      const { health, sentence } = await probeSource("archive", undefined, ports);
      // Runs are refused an address with credentials.
      expect(health).toBe("authentication");
      expect(sentence).not.toContain("sesame");
    }
    const lost = { sealed: sealed.sealed.replace(/^(v1\.)./, "$1-") };
    const asked = probeSource("archive", undefined, portsFor("sensor-community", { base_url: lost }));
    await expect(asked).rejects.toThrow(/base_url/);
  });

  it("keeps what it found; a source that was never probed says so, one that asks nobody too", async () => {
    const ports = portsFor("sensor-community", { base_url: await serving(answering(403)) });
    expect(await sourceHealth("archive", ports)).toMatchObject({
      health: "never tried",
      probedAt: undefined,
    });
    await probeSource("archive", undefined, ports);
    expect(await sourceHealth("archive", ports)).toMatchObject({ health: "permission", probedAt: NOW });
    // What it found was of the settings that it had.
    const elsewhere = {
      ...portsFor("sensor-community", { base_url: "http://elsewhere.invalid" }),
      probes: ports.probes,
    };
    expect(await sourceHealth("archive", elsewhere)).toMatchObject({
      health: "never tried",
      finding: undefined,
      sentence: expect.stringContaining("since its settings were changed"),
    });
    const made = portsFor("ioncannon", {});
    expect((await sourceHealth("ioncannon", made)).health).toBe("not applicable");
    await expect(probeSource("ioncannon", undefined, made)).rejects.toThrow(Denied);
  });
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsOn } from "./cli.testing";
import { openTestLine, type TestLine } from "./line.testing";

/** Nothing collects by itself; the archive is a port where nobody listens. */
const YAML = (archive: string) => `sources:
  ioncannon:
    num_stations: 5
    late_share: 0
  sensor_community:
    base_url: ${archive}
  scheduler:
    windows: []
`;

describe("alerts on the command line", () => {
  let line: TestLine;
  let server: Server;
  const told: { id: string; type: string; data: { rule: string; subject: string } }[] = [];
  const { ask, json } = commandsOn(() => line);

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      // As the archive it is blocked; as the webhook it takes what it is told.
      if (request.method === "GET") return void response.writeHead(403).end();
      told.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end("noted");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    line = await openTestLine(YAML(address()));
    line.start();
    await line.until(async () => (await line.runtime.views.sources()).length > 0, "the first content");
  });
  afterAll(async () => {
    await line.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resolved = () => told.filter(({ type }) => type === "int.ecmwf.ionbeam.alert.resolved");
  const opened = () => told.filter(({ type }) => type === "int.ecmwf.ionbeam.alert.opened");

  it("a source is probed, and how far that came is printed", async () => {
    const found = await json("source", "probe", "sensor_community");
    expect(found).toMatchObject({ health: "permission" });
    expect(found.checks).toContainEqual({ check: "payload", state: "not tried" });
    const { code, err } = await ask("source", "probe", "ioncannon");
    expect(code).toBe(5);
    expect(err).toContain("nothing outside is asked for it");
    expect((await ask("source", "probe", "nobody")).code).toBe(3);
  });

  it("without a webhook a test is refused; one that does not arrive says why, and ends so", async () => {
    const none = await ask("webhook", "test");
    expect(none.code).toBe(2);
    expect(none.err).toContain("there is no webhook to test");
    await line.runtime.verbs.setWebhook({ address: "http://127.0.0.1:9/hook", enabled: true });
    const failed = await ask("webhook", "test");
    expect(failed.code).toBe(75);
    expect(failed.out).toContain("connection");
    await line.runtime.verbs.setWebhook({ address: `${address()}/hook` });
    expect(await json("webhook", "test")).toMatchObject({ ok: true, status: 200, answer: "noted" });
  });

  it("a problem is opened once over kills of the worker, muted, and resolved", async () => {
    // Run by a person, and blocked again and again.
    const { settings, version } = await line.runtime.verbs.alertSettings();
    await line.runtime.verbs.setAlertSettings({ version, settings: { ...settings, failuresInRow: 1 } });
    await ask("source", "enable", "sensor_community");
    await json("source", "run", "sensor_community", "--from", "2024-06-01", "--to", "2024-06-02");
    await line.until(async () => opened().length > 0, "the webhook to be told");
    await line.kill();
    line.start();
    const [alert] = await json("alert", "list");
    expect(alert).toMatchObject({ rule: "runs", subject: "sensor_community", muted: false });
    expect(await json("alert", "mute", String(alert.id))).toEqual({
      id: alert.id,
      muted: true,
      changed: true,
    });
    expect(await json("alert", "mute", String(alert.id))).toMatchObject({ changed: false });
    expect(await json("alert", "unmute", String(alert.id))).toMatchObject({ changed: true });
    expect((await ask("alert", "mute", "999")).code).toBe(3);
    expect((await ask("alert", "mute", "all")).code).not.toBe(0);

    const now = await line.runtime.verbs.alertSettings();
    await line.runtime.verbs.setAlertSettings({
      version: now.version,
      settings: { ...settings, failures: false },
    });
    await line.until(async () => resolved().length > 0, "the end to be told");
    // One that the kill left unwritten is sent again, under its id.
    expect(new Set(opened().map(({ id }) => id)).size).toBe(1);
    expect(resolved()).toHaveLength(1);
    expect(await json("alert", "list")).toEqual([]);
    expect(await json("alert", "list", "--past")).toMatchObject([
      { id: alert.id, resolution: expect.stringContaining("not watched any more") },
    ]);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { FolderFiles } from "../adapters/files/folder-files";
import { sealConfig } from "../configuration/sealing";
import { testBox } from "../configuration/testing";
import { Conflict, Denied, Invalid, Transient } from "../errors";
import type { SecretBox } from "../ports/secret-box";
import type { Tx } from "../ports/transactions";
import type { SourcePlugin } from "./plugin";
import { type SourcePorts, sourceStage } from "./stage";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ionbeam-stage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const COMMAND = {
  id: "00000000-0000-5000-8000-000000000001",
  source_name: "demo",
  start_time: "2024-03-05T00:00:00Z",
  end_time: "2024-03-06T00:00:00Z",
  use_cache: false,
};
const CONTEXT = { lane: "live", queue: "q", signal: new AbortController().signal, attempt: 2 } as const;

/** Ports of a source that writes an empty payload; what is written down of the run stands in `changes`. A write inside a transaction fails. */
function portsOf(changes: object[]): SourcePorts {
  const files = new FolderFiles(folder);
  const plugin = {
    kind: "demo",
    config: z.unknown(),
    collect: async () => {
      const payload = await files.scratch("p.parquet");
      await writeFile(payload, "");
      return { payload, rows: 1, claim: { start: 0, end: 1 }, damaged: [] };
    },
  };
  const catalog = {
    source: async () => ({ name: "demo", kind: "demo", config: {}, dataset: "d", map: {}, mapVersion: 1 }),
    dataset: async () => ({ metadata: {} }),
    updateRun: async (_id: string, change: object, tx?: Tx) => {
      if (tx) throw new Error("the database does not take it");
      changes.push(change);
      return true;
    },
  };
  const ports = {
    catalog,
    files,
    plugins: [plugin as unknown as SourcePlugin],
    log: { warn: () => undefined },
  };
  return ports as unknown as SourcePorts;
}

it("a run whose result cannot be written down shows why", async () => {
  const changes: object[] = [];
  const { settle } = await sourceStage.handle(COMMAND, portsOf(changes), CONTEXT);
  await expect(settle?.({} as Tx)).rejects.toThrow("does not take it");
  await vi.waitFor(() =>
    expect(changes.at(-1)).toEqual({ state: "failed", error: "the database does not take it", attempts: 3 }),
  );
});

it("a run that fails keeps which check it was, however deep it was seen, and begins and ends without", async () => {
  const changes: { state?: string; failedCheck?: unknown }[] = [];
  const ports = portsOf(changes);
  const { collect } = ports.plugins[0] ?? expect.fail();
  const away = async () => {
    const cause = new Transient("answered 401", { check: "authentication" });
    throw new Denied("enter the key", { cause: new Error("of a library", { cause }) });
  };
  const failing = { ...ports, plugins: [{ ...ports.plugins[0], collect: away }] } as unknown as SourcePorts;
  await expect(sourceStage.handle(COMMAND, failing, CONTEXT)).rejects.toThrow(Denied);
  const catalog = {
    ...ports.catalog,
    updateRun: async (_id: string, change: object) => changes.push(change) > 0,
  };
  const mended = { ...ports, catalog, plugins: [{ ...ports.plugins[0], collect }] } as unknown as SourcePorts;
  const { settle } = await sourceStage.handle(COMMAND, mended, CONTEXT);
  await settle?.({} as Tx);
  const told = changes.map((change) => [change.state, "failedCheck" in change, change.failedCheck]);
  expect(told).toEqual([
    ["running", true, undefined],
    ["refused", true, "authentication"],
    ["running", true, undefined],
    ["done", true, undefined],
  ]);
});

it("a run that was cancelled meanwhile fetches and publishes nothing, whatever stopped it", async () => {
  const refusing = (changes: object[]) => {
    const ports = portsOf(changes);
    return { ...ports, catalog: { ...ports.catalog, updateRun: async () => false } };
  };
  await expect(sourceStage.handle(COMMAND, refusing([]), CONTEXT)).rejects.toThrow(Conflict);
  const turned = { ...COMMAND, start_time: COMMAND.end_time, end_time: COMMAND.start_time };
  await expect(sourceStage.handle(turned, refusing([]), CONTEXT)).rejects.toThrow(Conflict);
  // Cancelled between its last file and its commit.
  const ports = portsOf([]);
  const late = {
    ...ports,
    catalog: { ...ports.catalog, updateRun: async (_id: string, _change: object, tx?: Tx) => !tx },
  };
  const { settle } = await sourceStage.handle(COMMAND, late, CONTEXT);
  await expect(settle?.({} as Tx)).rejects.toThrow(Conflict);
});

it("a run whose range is turned round shows so", async () => {
  const changes: object[] = [];
  const turned = { ...COMMAND, start_time: COMMAND.end_time, end_time: COMMAND.start_time };
  await expect(sourceStage.handle(turned, portsOf(changes), CONTEXT)).rejects.toThrow(/before it starts/);
  expect(changes).toMatchObject([{ state: "refused", error: expect.stringContaining("before it starts") }]);
});

describe("a source with a secret", () => {
  const box = testBox();
  const seen: unknown[] = [];
  const portsWith = async (sealedBy: SecretBox) => {
    const config = z.object({ key: z.string().min(3).meta({ secret: true }), pages: z.number().default(2) });
    const ports = portsOf([]);
    const [plugin] = ports.plugins;
    const stored = await sealConfig({ key: "k3y" }, config, sealedBy);
    const source = async () => ({ ...(await ports.catalog.source("demo")), config: stored });
    return {
      ...ports,
      catalog: { ...ports.catalog, source, updateRun: async () => true },
      secretBox: box,
      plugins: [
        {
          ...plugin,
          config,
          collect: async (range: unknown, given: unknown, more: unknown) => {
            seen.push(given);
            return plugin?.collect(range as never, given, more as never);
          },
        },
      ],
    } as unknown as SourcePorts;
  };

  it("collects with it in clear, though it is stored sealed", async () => {
    await sourceStage.handle(COMMAND, await portsWith(box), CONTEXT);
    expect(seen).toEqual([{ key: "k3y", pages: 2 }]);
  });

  it("that cannot be opened is refused with what to do, and collects nothing", async () => {
    const asked = sourceStage.handle(COMMAND, await portsWith(testBox("another")), CONTEXT);
    await expect(asked).rejects.toThrow(Invalid);
    await expect(asked).rejects.toThrow(/source "demo".*key.*Enter it anew/);
    expect(seen).toHaveLength(1);
  });
});

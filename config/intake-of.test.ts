import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { intakeOf } from "./intake-of";

let folder: string;
let configPath: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "intake-of-"));
  configPath = path.join(folder, "ionbeam.yaml");
  await writeFile(configPath, "intake:\n  disk_reserve: 5%\n  max_windows: 10\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = { kind: "bytes", bytes: 2 * 1024 ** 3 } as const;
const share = { kind: "share", share: 0.05 } as const;

it("is standard where nobody says anything", async () => {
  expect(await intakeOf({ configPath: undefined, diskReserve: undefined })).toEqual({});
});

it("is the file's, and the environment goes before it", async () => {
  expect(await intakeOf({ configPath, diskReserve: undefined })).toEqual({ reserve: share, windows: 10 });
  expect(await intakeOf({ configPath, diskReserve: bytes })).toEqual({ reserve: bytes, windows: 10 });
});

it("refuses a file that is not there", async () => {
  await expect(
    intakeOf({ configPath: path.join(folder, "none.yaml"), diskReserve: bytes }),
  ).rejects.toThrow();
});

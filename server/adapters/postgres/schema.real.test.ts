import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "./testing";

const run = promisify(execFile);
const program = fileURLToPath(new URL("../../../scripts/schema-difference.mjs", import.meta.url));
const schema = fileURLToPath(new URL("../../../prisma/schema.prisma", import.meta.url));
const migrations = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function judge(schemaFile: string): Promise<Record<string, unknown>> {
  const args = ["--experimental-wasm-modules", program, database.connectionString, schemaFile, migrations];
  return JSON.parse((await run(process.execPath, args)).stdout);
}

describe("a database that our migrations made", () => {
  it("is what schema.prisma says, with a history that Prisma takes for its own", async () => {
    expect(await judge(schema)).toEqual({ script: "", history: null, edited: [], failed: [], table: true });
  });

  it("is seen to differ from a schema with one more table", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "ionbeam-schema-"));
    const changed = path.join(folder, "schema.prisma");
    writeFileSync(changed, `${readFileSync(schema, "utf8")}\nmodel one_more {\n  id Int @id\n}\n`);
    expect((await judge(changed)).script).toContain('CREATE TABLE "one_more"');
    rmSync(folder, { recursive: true, force: true });
  });
});

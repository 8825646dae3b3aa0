// Makes the Prisma client (prisma/generated) when schema.prisma changed. Works offline.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = path.join(root, "prisma", "generated");
const stamp = path.join(output, ".stamp");

/** Generates unless what is there was made from the same schema by the same Prisma. Returns an exit code. */
export function generate() {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("prisma/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  const schema = readFileSync(path.join(root, "prisma", "schema.prisma"));
  const wanted = createHash("sha256").update(version).update(schema).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return 0;

  rmSync(stamp, { force: true });
  const cli = path.join(path.dirname(manifest), "build", "index.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      // Without it the CLI downloads a schema engine, which generating does not use.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (status !== 0) {
    console.error(`${stdout ?? ""}${stderr ?? ""}`);
    return status ?? 1;
  }
  writeFileSync(stamp, wanted);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(generate());

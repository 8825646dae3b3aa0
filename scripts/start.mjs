// npm start: checks, builds what must be built, and runs the supervisor in this very process.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`ionbeam: Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
  process.exit(1);
}

try {
  const { register } = await import("tsx/esm/api");
  register();
} catch {
  console.error("ionbeam: The packages are not installed: run `npm ci` first.");
  process.exit(1);
}

const { watchStarter } = await import("../workers/starter.ts");
watchStarter(() => process.kill(process.pid, "SIGTERM"));

const { main } = await import("../workers/supervisor.ts");
const checked = await main(["--check"]);
if (checked !== 0) process.exit(checked);

const { build } = await import("./build.mjs");
const built = await build();
if (built !== 0) {
  console.error("ionbeam: The pages could not be built; what is wrong stands above.");
  process.exit(built);
}
process.exit(await main([]));

/**
 * The worker: runs the stages. Started by the supervisor, which gives it the database's address; killed at any moment, the next one goes on.
 */
import { readEnvironment } from "../config/env";
import { intakeOf } from "../config/intake-of";
import { readSettings, refuseMissingAdapters } from "../config/settings";
import { errorText, Invalid } from "../server/errors";
import { differences } from "../server/installation/differences";
import { installOnce } from "../server/installation/install";
import { type InstallationPlan, planInstallation } from "../server/installation/plan";
import { lostSecrets, sealStoredSecrets } from "../server/installation/seal";
import { openRuntime, type Runtime } from "../server/runtime";
import { armFromEnvironment, clockOfTests, compactionOfTests, daysOfTests } from "./fail-points";
import { jsonLog, toOutput } from "./journal";
import { tell, tieToSupervisor } from "./lifeline";
import { startLine } from "./line";

const log = jsonLog(toOutput, Date.now);

async function work(): Promise<void> {
  const env = readEnvironment();
  if (env.databaseUrl === undefined)
    throw new Invalid("the worker is started by `npm start`, which gives it a database");
  armFromEnvironment();
  const settings = env.configPath === undefined ? undefined : await readSettings(env.configPath);
  if (settings) refuseMissingAdapters(settings);
  const runtime = await openRuntime(
    {
      dataDir: env.dataDir,
      connectionString: env.databaseUrl,
      connections: 10,
      role: "worker",
      contact: env.contact,
      duckdbMemory: env.duckdbMemory,
      secretKey: env.secretKey,
      compaction: compactionOfTests(),
      clockSet: clockOfTests(),
      intake: await intakeOf(env),
      dayPolicy: daysOfTests(),
    },
    log,
  );
  const plan = planInstallation(settings, runtime.sourcePlugins, runtime.projectionPlugins);
  await runtime.takeOver();
  await adoptKey(runtime);
  for (const stray of plan.strays) log.warn(stray);
  const first = await installOnce(plan, runtime.sourcePlugins, runtime.clock.now(), runtime);
  const sealed = await sealStoredSecrets(runtime);
  if (sealed.length > 0) log.info("secrets that were stored in clear are sealed", { sealed });
  await sayOfSecrets(runtime);
  if (!first && settings) await sayDifferences(plan, runtime);
  const line = await startLine(runtime, log);
  tieToSupervisor(async () => {
    await line.stop();
    await runtime.close();
  });
  log.info("the worker runs", { first });
  await tell({ kind: "working" });
}

/** Without its key an installation does all that needs no secret. */
async function adoptKey({ secretBox }: Runtime): Promise<void> {
  await secretBox.adopt().catch((error: unknown) => {
    log.error("the key of the secrets is not at hand", { error: errorText(error) });
  });
}

async function sayOfSecrets(runtime: Runtime): Promise<void> {
  const lost = await lostSecrets(runtime).catch(() => []);
  if (lost.length > 0)
    log.warn(
      "secrets that cannot be opened with this installation's key: enter them anew, or bring back the key and start again",
      { lost },
    );
}

async function sayDifferences(plan: InstallationPlan, runtime: Runtime): Promise<void> {
  const found = await differences(plan, runtime).catch((error: unknown) => {
    log.warn("settings and catalogue cannot be compared", { error: errorText(error) });
    return [];
  });
  if (found.length > 0) {
    log.warn("settings and catalogue differ; `ionbeam config import` applies the settings", {
      differences: found.map(({ is }) => is),
    });
  }
}

// In the log's own form, and then the end: the supervisor starts the next one. A library's connection that nobody listened to may throw here.
process.on("uncaughtException", (error) => {
  log.error("the worker ends of what nobody caught", { error });
  process.exit(1);
});

work().catch(async (error: unknown) => {
  log.error("the worker failed to start", { error });
  if (error instanceof Invalid) await tell({ kind: "fatal", sentence: errorText(error) });
  process.exit(1);
});

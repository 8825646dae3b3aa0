import type { IntakeBounds } from "../server/source/intake";
import type { Environment } from "./env";
import { intakeBounds, readSettings } from "./settings";

/**
 * What may wait, and how much of the disk is kept free, as environment and file say; what neither names is standard.
 * @throws Invalid for a file that cannot be understood
 */
export async function intakeOf(
  env: Pick<Environment, "configPath" | "diskReserve">,
): Promise<Partial<IntakeBounds>> {
  const settings = env.configPath === undefined ? undefined : await readSettings(env.configPath);
  return {
    ...(settings ? intakeBounds(settings) : {}),
    ...(env.diskReserve ? { reserve: env.diskReserve } : {}),
  };
}

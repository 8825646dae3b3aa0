import { readSettings } from "../../config/settings";
import { Invalid, Transient } from "../errors";
import type { Alerts } from "../ports/alerts";
import type { Catalog } from "../ports/catalog";
import type { SecretBox } from "../ports/secret-box";
import type { ProjectionPlugin } from "../projection/plugin";
import type { SourcePlugin } from "../source/plugin";
import { differences } from "./differences";
import { planInstallation, speaksOf } from "./plan";

/** The settings file of an installation beside its catalogue, which is what counts. */
export interface SettingsState {
  /** Absolute path; undefined where none is configured. */
  readonly file: string | undefined;
  /** What the file says and the catalogue does not, one sentence each. */
  readonly differences: readonly string[];
  /** The sources that the file speaks of: one of them that is removed comes back when the file is applied, and not before. */
  readonly named: readonly string[];
  /** Why the file cannot be applied as it is: it may have been edited since the start. */
  readonly problem: string | undefined;
}

/** What the pages show of the settings file, and their way to apply it. */
export interface ConfiguredSettings {
  state(): Promise<SettingsState>;
  /** @returns the differences that are gone now. @throws Invalid naming file and line */
  apply(): Promise<readonly string[]>;
}

interface ConfiguredPorts {
  readonly catalog: Catalog;
  readonly secretBox: Pick<SecretBox, "open">;
  readonly alerts: Pick<Alerts, "settings">;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly projectionPlugins: readonly ProjectionPlugin[];
  /** The verb of `config import`. */
  readonly importConfig: (file: string) => Promise<{ readonly applied: readonly string[] }>;
}

/** @param file the configured YAML, absolute; it is read anew each time */
export function configuredSettings(file: string | undefined, ports: ConfiguredPorts): ConfiguredSettings {
  return {
    async state() {
      // An empty catalogue is one that the first start is filling just now.
      if (file === undefined || (await ports.catalog.everySource()).length === 0)
        return { file, differences: [], named: [], problem: undefined };
      try {
        const plan = planInstallation(await readSettings(file), ports.sourcePlugins, ports.projectionPlugins);
        const found = await differences(plan, ports);
        const named = plan.sources.map(({ name }) => name).filter((name) => speaksOf(plan, name));
        return { file, differences: found.map(({ is }) => is), named, problem: undefined };
      } catch (error) {
        // Also where the key of the secrets cannot be read: the rest of the page stands.
        if (!(error instanceof Invalid || error instanceof Transient)) throw error;
        return { file, differences: [], named: [], problem: error.message };
      }
    },
    async apply() {
      if (file === undefined)
        throw new Invalid("no settings file is configured: name one by IONBEAM_CONFIG_PATH, and start again");
      return (await ports.importConfig(file)).applied;
    },
  };
}

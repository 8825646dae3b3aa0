import { missingAdapters, readSettings } from "../../config/settings";
import type { Alerts } from "../ports/alerts";
import type { Clock } from "../ports/clock";
import type { SecretBox } from "../ports/secret-box";
import type { ProjectionPlugin } from "../projection/plugin";
import type { SourcePlugin } from "../source/plugin";
import { exportSettings } from "./export";
import { type ApplyPorts, applyInstallation } from "./install";
import { planInstallation } from "./plan";

export interface ConfigVerbPorts extends ApplyPorts {
  readonly clock: Pick<Clock, "now">;
  readonly sourcePlugins: readonly SourcePlugin[];
  readonly projectionPlugins: readonly ProjectionPlugin[];
  readonly secretBox: SecretBox;
  readonly alerts: ApplyPorts["alerts"] & Pick<Alerts, "webhook">;
}

/** What a person may ask of the settings as a whole. */
export function configVerbs(ports: ConfigVerbPorts) {
  return {
    /** Settings whose adapter is missing are passed over: the rest of the file is taken (SEMANTICS 8). */
    async importConfig(file: string) {
      const settings = await readSettings(file);
      const plan = planInstallation(settings, ports.sourcePlugins, ports.projectionPlugins);
      const applied = await applyInstallation(plan, ports.clock.now(), ports);
      return {
        applied: applied.map((each) => each.applied),
        passedOver: [...missingAdapters(settings), ...plan.strays],
      };
    },

    /** The catalogue as the YAML that `importConfig` takes, and the paths of the secrets that are not in it. */
    exportConfig: () =>
      ports.transactions.run(async (tx) =>
        exportSettings(
          {
            sources: await ports.catalog.sources(tx),
            schedules: await ports.catalog.schedules(undefined, tx),
            projections: await ports.catalog.projections(tx),
            datasets: await ports.catalog.datasets(tx),
            alerts: (await ports.alerts.settings(tx)).settings,
            webhook: await ports.alerts.webhook(tx),
          },
          ports.sourcePlugins,
          ports.projectionPlugins,
        ),
      ),
  };
}

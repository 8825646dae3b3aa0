import { Invalid } from "../errors";
import { DataAvailableEvent } from "../ingest/messages";
import type { Ledger } from "../ports/ledger";
import type { Stage } from "../stage";
import { type JudgeManyPorts, judgeWindows } from "./judge-window";

export interface WindowPorts extends JudgeManyPorts {
  readonly ledger: JudgeManyPorts["ledger"] & Pick<Ledger, "windowsOfCommand">;
}

/** DataAvailableEvent in; judges the windows that the delivery claims or touches, or has them judged when they are many. What is owed becomes a build job. */
export const windowStage: Stage<typeof DataAvailableEvent, WindowPorts> = {
  name: "window",
  schema: DataAvailableEvent,
  handle: async (event, ports) => ({
    publish: [],
    settle: async (tx) => {
      const windows = await ports.ledger.windowsOfCommand(tx, event.id);
      if (windows === undefined) {
        throw new Invalid(
          `event ${event.id} names no delivery of this ledger: its points are not in the embedded time series, so nothing can be built from it`,
        );
      }
      await judgeWindows(tx, windows, ports);
      return undefined;
    },
  }),
};

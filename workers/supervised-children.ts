import path from "node:path";
import type { Environment } from "../config/env";
import { errorText } from "../server/errors";
import type { Log } from "../server/ports/log";
import { signalProcess } from "../server/process-table";
import { type Child, superviseChild } from "./child";
import type { Halting } from "./halt";
import type { ChildMessage } from "./lifeline";
import { memberOf, writeRoster } from "./roster";

/** What runs under the supervisor, by file. */
export type Programs = { readonly worker: string; readonly web: string };

/** The database that the children work on, and where its users are told who owns it. */
interface Database {
  readonly address: string;
  readonly ownership: { tell(state: { readonly address: string }): Promise<void> };
}

/**
 * Starts the worker and the web on a database, writes down which processes there are, and tells the address when both answer.
 * @param onReady called each time both are there, with the address of the pages.
 */
export function supervisedChildren(
  env: Environment,
  programs: Programs,
  session: Database,
  log: Log,
  halt: Halting,
  onReady: (address: string) => void,
): { stop(patienceMs: number): Promise<void> } {
  const supervisor = memberOf("supervisor", process.pid);
  let state: "running" | "stopping" = "running";
  let address: string | null = null;
  let working = false;
  const children: Child[] = [];
  let unwritten = false;
  const record = () => {
    if (!supervisor) return;
    const members = children.flatMap((child) => memberOf(child.name, child.pid() ?? 0) ?? []);
    try {
      writeRoster(env.dataDir, { supervisor, state, address, children: members });
      unwritten = false;
    } catch (error) {
      if (!unwritten) log.warn("the list of processes could not be written", { error: errorText(error) });
      unwritten = true;
    }
  };
  const onMessage = (message: ChildMessage) => {
    if (message.kind === "fatal") return halt.ask({ code: 1, sentence: message.sentence });
    if (message.kind === "working") {
      working = true;
    } else {
      address = message.address;
      record();
      log.info("the web answers", { address });
    }
    // Said when both are there: a source that is asked for as soon as the address is known must exist.
    const said = address;
    if (working && said !== null) session.ownership.tell({ address: said }).then(() => onReady(said));
  };
  const settings = { DATABASE_URL: session.address, NEXT_MANUAL_SIG_HANDLE: "1" };
  for (const name of ["worker", "web"] as const) {
    const logFile = path.join(env.dataDir, "logs", `${name}.log`);
    const program = { name, file: programs[name] };
    children.push(superviseChild({ program, env: settings, logFile, log, onMessage, onChange: record }));
  }
  for (const child of children) child.start();
  halt.onHaste(() => {
    for (const child of children) {
      const pid = child.pid();
      if (pid !== undefined) signalProcess(pid, "SIGKILL");
    }
  });
  return {
    async stop(patienceMs) {
      state = "stopping";
      record();
      await Promise.all(children.map((child) => child.stop(patienceMs)));
    },
  };
}

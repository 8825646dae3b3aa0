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

/** Where the users of a database are told who owns it. */
interface Owned {
  tell(state: { readonly address: string }): Promise<void>;
}

/** The worker and the web of one database. */
export interface Children {
  /** Starts those that do not run, on a database that is ours. */
  begin(owned: Owned): void;
  /** Ends the worker, by force after `patienceMs`: the database is not ours just now. The web stays and says so. */
  pause(patienceMs: number): Promise<void>;
  stop(patienceMs: number): Promise<void>;
}

/**
 * The worker and the web on a database: writes down which processes there are, and tells the address when both answer.
 * @param database its address. @param onReady called each time both are there, with the address of the pages.
 */
export function supervisedChildren(
  env: Environment,
  programs: Programs,
  database: string,
  log: Log,
  halt: Halting,
  onReady: (address: string) => void,
): Children {
  const supervisor = memberOf("supervisor", process.pid);
  let state: "running" | "stopping" = "running";
  let address: string | null = null;
  let working = false;
  let owned: Owned | undefined;
  let unwritten = false;
  const record = () => {
    if (!supervisor) return;
    const members = [worker, web].flatMap((child) => memberOf(child.name, child.pid() ?? 0) ?? []);
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
    if (working && said !== null) owned?.tell({ address: said }).then(() => onReady(said));
  };
  const settings = { DATABASE_URL: database, NEXT_MANUAL_SIG_HANDLE: "1" };
  const child = (name: keyof Programs): Child => {
    const logFile = path.join(env.dataDir, "logs", `${name}.log`);
    const program = { name, file: programs[name] };
    return superviseChild({ program, env: settings, logFile, log, onMessage, onChange: record });
  };
  const worker = child("worker");
  const web = child("web");
  halt.onHaste(() => {
    for (const each of [worker, web]) {
      const pid = each.pid();
      if (pid !== undefined) signalProcess(pid, "SIGKILL");
    }
  });
  let begun = false;
  return {
    begin(now) {
      owned = now;
      worker.start();
      if (!begun) web.start();
      begun = true;
    },
    async pause(patienceMs) {
      working = false;
      await worker.stop(patienceMs);
    },
    async stop(patienceMs) {
      state = "stopping";
      record();
      await Promise.all([worker, web].map((each) => each.stop(patienceMs)));
    },
  };
}

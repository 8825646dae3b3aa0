import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { isAlive, signalProcess, startedAt, waitUntil } from "../server/process-table";

const member = z.object({ name: z.string(), pid: z.number(), started: z.string() });
const schema = z.object({
  supervisor: member,
  state: z.enum(["running", "stopping"]),
  address: z.string().nullable(),
  children: z.array(member),
});

/** A process that cannot be mistaken for another one that got its id later. */
export type Member = z.infer<typeof member>;
/** Which processes run on a data folder: for the refusal of a second start, and to end what a crash left over. */
export type Roster = z.infer<typeof schema>;

const fileOf = (dataDir: string) => path.join(dataDir, "processes.json");

/** Names a running process; undefined when it is gone already. */
export function memberOf(name: string, pid: number): Member | undefined {
  const started = startedAt(pid);
  return started === undefined ? undefined : { name, pid, started };
}

/** Whether that very process still runs. */
export function isRunning({ pid, started }: Member): boolean {
  return isAlive(pid) && startedAt(pid) === started;
}

export function readRoster(dataDir: string): Roster | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(dataDir), "utf8")));
  } catch {
    return undefined;
  }
}

export function writeRoster(dataDir: string, roster: Roster): void {
  const unfinished = `${fileOf(dataDir)}.new-${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(roster));
  renameSync(unfinished, fileOf(dataDir));
}

export function removeRoster(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** Ends the children of a supervisor that was killed: they should have ended themselves, and a stuck one did not. */
export async function endLeftovers(roster: Roster): Promise<number[]> {
  const left = roster.children.filter(isRunning);
  for (const { pid } of left) signalProcess(pid, "SIGKILL");
  await waitUntil(() => !left.some(isRunning), 3_000);
  return left.map((each) => each.pid);
}

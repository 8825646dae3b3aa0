import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Transient } from "../../errors";
import { isAlive, startedAt } from "../../process-table";

const POLL_MS = 10;
const LONGEST_WAIT_MS = 30_000;

/** A process, so named that another one which got its id later, or after a restart of the machine, is not mistaken for it. */
const Holder = z.object({ pid: z.number(), started: z.string(), boot: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Runs `body` while no other process on this machine, nor another call in this one, is in the same lock. The lock is a folder of numbered tickets;
 * the highest ticket rules. It is free when it is marked so or its process is gone, so a crash or a power cut at any point leaves nothing to
 * clear away. Numbers only rise: whoever wrote a ticket looks once more, and gives way where a higher one has appeared.
 * @throws Transient when the lock is not to be had within half a minute
 */
export async function withLock<T>(
  folder: string,
  sleep: (ms: number) => Promise<void>,
  body: () => Promise<T>,
): Promise<T> {
  const ticket = await takeTicket(folder, sleep);
  try {
    return await body();
  } finally {
    await writeFile(path.join(folder, `${ticket}.free`), "");
  }
}

async function takeTicket(folder: string, sleep: (ms: number) => Promise<void>): Promise<number> {
  await mkdir(folder, { recursive: true });
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += POLL_MS) {
    const { highest, free } = await look(folder);
    if (free) {
      const ticket = highest + 1;
      if ((await writeTicket(folder, ticket)) && (await rules(folder, ticket))) return ticket;
      continue;
    }
    await sleep(POLL_MS);
  }
  throw new Transient(`the lock ${folder} has been held for half a minute by a process that still runs`);
}

/** Whether our ticket is the highest; then those below it are cleared away. */
async function rules(folder: string, ticket: number): Promise<boolean> {
  const names = await readdir(folder);
  if (names.some((name) => numberOf(name) > ticket)) {
    await rm(path.join(folder, String(ticket)), { force: true });
    return false;
  }
  const below = names.filter((name) => numberOf(name) < ticket && numberOf(name) > 0);
  await Promise.all(below.map((name) => rm(path.join(folder, name), { force: true })));
  return true;
}

async function look(folder: string): Promise<{ highest: number; free: boolean }> {
  const names = await readdir(folder);
  const highest = Math.max(0, ...names.map(numberOf));
  if (highest === 0 || names.includes(`${highest}.free`)) return { highest, free: true };
  try {
    const holder = Holder.parse(JSON.parse(await readFile(path.join(folder, String(highest)), "utf8")));
    return { highest, free: !(await runs(holder)) };
  } catch (error) {
    // Cleared away in the meantime by a higher one: look again. Anything else in it was not written by us, and no process answers for it.
    return { highest, free: (error as NodeJS.ErrnoException).code !== "ENOENT" };
  }
}

/** 12 for `12` and `12.free`, 0 for what is no ticket. */
function numberOf(name: string): number {
  return /^\d+(\.free)?$/.test(name) ? Number.parseInt(name, 10) : 0;
}

let written = 0;

/** A ticket appears complete or not at all: it is written under another name and linked. False when the number is taken. */
async function writeTicket(folder: string, ticket: number): Promise<boolean> {
  written += 1;
  const draft = path.join(folder, `draft-${process.pid}-${written}`);
  const holder: Holder = {
    pid: process.pid,
    started: startedAt(process.pid) ?? "",
    boot: await bootId(),
  };
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path.join(folder, String(ticket)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function runs({ pid, started, boot }: Holder): Promise<boolean> {
  return boot === (await bootId()) && isAlive(pid) && startedAt(pid) === started;
}

/** Names this run of the machine's kernel where the system tells; a start time alone counts from the machine's start. */
async function bootId(): Promise<string> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (id) => id.trim(),
    () => "",
  );
}

import type { BuildCommit } from "../ports/ledger";
import { type HistoryRow, inOrder, type ModelWindow } from "./history.model.testing";
import type { History, HistoryWorld } from "./history.testing";
import type { Window } from "./model";

type Committed = Extract<BuildCommit, { kind: "committed" }>;

/**
 * What is wrong with a history that has come to rest: nothing, when exactly the wanted windows are built, each from exactly the desired
 * deliveries, with the reference model's rows, under numbers that never repeat.
 */
export async function verdict(history: History, world: HistoryWorld): Promise<string[]> {
  const wrong: string[] = [];
  const models = new Map(history.model().map((each) => [`${each.start} ${each.end}`, each]));
  for (const window of history.windows()) {
    const model = models.get(`${window.start} ${window.end}`);
    const say = (text: string) => wrong.push(`${window.start / 1e6}..${window.end / 1e6}: ${text}`);
    if (!model) say("overlaps the windows of its dataset's span history");
    else await verdictOf(history, world, window, model, say);
    models.delete(`${window.start} ${window.end}`);
  }
  for (const model of models.values()) {
    if (model.claimed || model.desired.length > 0) wrong.push(`${model.start / 1e6}: was never looked at`);
  }
  for (const [key, { window, forced }] of history.unserved()) {
    const judgement = await history.judgement(window);
    const held = !judgement.exists || (judgement.need.kind === "waiting" && !forced);
    if (!held) wrong.push(`request ${key} was not served`);
  }
  const builds = history.builds.length;
  await history.rest();
  if (history.builds.length !== builds)
    wrong.push(`${history.builds.length - builds} builds that nothing asked for`);
  return wrong;
}

async function verdictOf(
  history: History,
  world: HistoryWorld,
  window: Window,
  model: ModelWindow,
  say: (text: string) => void,
): Promise<void> {
  const commits = history.builds.filter(
    (build) =>
      build.window.start === window.start &&
      build.window.end === window.end &&
      build.commit.kind === "committed",
  );
  const numbers = commits
    .map(({ commit }) => commit as Committed)
    .filter(({ changed }) => changed)
    .map(({ revision }) => revision.revision);
  if (numbers.some((number, i) => number !== i + 1)) say(`revision numbers ${numbers.join(", ")}`);
  const last = commits.at(-1);
  const exists = model.claimed || model.desired.length > 0 || last !== undefined;
  const wanted =
    exists && (last !== undefined || model.complete || history.settings.policy.kind === "build-after");
  const judgement = await history.judgement(window);
  if (judgement.exists !== exists) say(`exists: ${judgement.exists}`);
  if (judgement.coverage.complete !== model.complete) say(`complete: ${judgement.coverage.complete}`);
  if (wanted !== (last !== undefined)) say(wanted ? "was not built" : "was built");
  if (!exists) return;
  const state = !wanted
    ? "waiting"
    : !model.complete
      ? "incomplete"
      : model.rows.length > 0
        ? "built"
        : "empty";
  if (judgement.state !== state) say(`shown as ${judgement.state}, not as ${state}: ${judgement.reason}`);
  if (judgement.stale) say("stale");
  if (!last) return;
  const used = last.plan.deliveries.map(({ key, generation }) => `${key} ${generation}`).sort();
  if (used.join() !== model.desired.join())
    say(`built from ${used.length} deliveries, not ${model.desired.length}`);
  const { revision } = last.commit as Committed;
  const rows = revision.fileKey === undefined ? [] : await world.readFile(revision.fileKey);
  const [found, expected] = [inOrder(rows), model.rows].map((list) => list.map(rowText).join("; "));
  if (found !== expected) say(`rows ${found}, not ${expected}`);
}

function rowText({ time, identity, a, b }: HistoryRow): string {
  return `${time} ${identity} a=${a} b=${b}`;
}

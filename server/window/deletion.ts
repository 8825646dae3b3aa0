import type { Micros } from "../observation/time";
import type { Deletion, HeldDelivery, HeldWindow } from "../ports/data-life";
import { desiredHash } from "./desired";
import type { Window } from "./model";
import { isOwed } from "./readiness";

/** By what points or payloads go: by their age, or because all that was made of them is projected. */
export type DeletionRule =
  | { readonly kind: "points" }
  | { readonly kind: "payloads" }
  | { readonly kind: "export"; readonly subjectToChange: Micros };

/** Why a delivery keeps what might go (SEMANTICS 4, *Deleting*), in words. */
const STAYS = {
  "not-ingested": "received and not yet ingested",
  withdrawn: "withdrawn: they come back when it is restored",
  future: "holds rows of the future that are not ingested yet",
  named: "a message that is not settled names it",
  building: "a window of it is being built",
  waiting: "a window of it waits for missing deliveries",
  owed: "a window of it is owed a build",
  open: "a window of it has not ended",
  unsettled: "a window of it may still change",
  excluded: "a window of it holds excluded rows",
  unprojected: "a window of it is not projected by all projections yet",
} as const;
export type Stay = keyof typeof STAYS;

/** The sentence of a reason to stay. */
export function stayText(stay: Stay): string {
  return STAYS[stay];
}

/** Why nothing of this delivery goes; undefined when it may go. */
export function staysBecause(held: HeldDelivery, rule: DeletionRule, now: Micros): Stay | undefined {
  if (!held.ingested) return "not-ingested";
  if (held.withdrawn) return "withdrawn";
  if (held.futureOwed) return "future";
  if (rule.kind === "payloads" && held.payloadNamed) return "named";
  const windows = rule.kind === "payloads" ? [...held.registered, ...held.claims] : held.registered;
  for (const window of windows) {
    const stay = windowHolds(window, rule, held.payload, now);
    if (stay !== undefined) return stay;
  }
  return undefined;
}

/**
 * What deleting these deliveries' points or payloads does to windows: the tokens of all that registered the points are taken, and where a desired
 * delivery has neither points nor payload afterwards, the window is sealed.
 */
export function deletionOf(deliveries: readonly HeldDelivery[], kind: "points" | "payloads"): Deletion {
  const seals = deliveries.filter((held) => (kind === "points" ? !held.payload : !held.currentPoints));
  return {
    deliveries: deliveries.map(({ id }) => id),
    fenced: distinct(deliveries.flatMap(({ registered }) => registered)),
    sealed: distinct(seals.flatMap(({ desiredIn }) => desiredIn)),
  };
}

function windowHolds(held: HeldWindow, rule: DeletionRule, payload: boolean, now: Micros): Stay | undefined {
  const { record, window } = held;
  if (held.busy || (record?.leaseUntil !== undefined && record.leaseUntil > now)) return "building";
  if (held.waiting) return "waiting";
  const wanted = held.claimed || held.touches.length > 0;
  // What no longer concerns anybody and was never built is no window.
  if (!record) return wanted ? "owed" : undefined;
  if (isOwed(record, desiredHash(window, held.touches, held.exclusions), wanted)) return "owed";
  if (now < window.end) return "open";
  if (rule.kind === "export") {
    if (now <= window.end + rule.subjectToChange) return "unsettled";
    if (!held.projected) return "unprojected";
    // Points that can be restored are no loss to whoever takes an exclusion back.
    if (payload) return undefined;
  }
  return held.exclusions.length > 0 && held.touches.length > 0 ? "excluded" : undefined;
}

function distinct(held: readonly HeldWindow[]): Window[] {
  return [...new Map(held.map(({ window }) => [`${window.start} ${window.end}`, window])).values()];
}

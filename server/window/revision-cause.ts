/** How the deliveries of a revision differ from those of an earlier one. */
export interface RevisionChange {
  readonly added: number;
  readonly removed: number;
  /** In both, by another ingestion. */
  readonly ingestedAgain: number;
  /** Of these, by another map. */
  readonly otherMap: number;
  /** Whether what it should be built from is the same: deliveries, their ingestions and the exclusions. */
  readonly sameDesired: boolean;
}

/**
 * Why a revision was made, in a sentence without its full stop. A window is built again only for another desired set, or because somebody
 * asked (SEMANTICS 4, *Owed*): what is not seen in the deliveries was an exclusion, and with the same desired set it was a person.
 * @param change undefined for the first revision that the ledger knows
 */
export function revisionCause(change: RevisionChange | undefined): string {
  if (change === undefined) return "the first build";
  const { added, removed, ingestedAgain, otherMap, sameDesired } = change;
  const parts: string[] = [];
  if (added > 0) parts.push(`late data: ${deliveries(added)} more`);
  if (removed > 0) parts.push(`${deliveries(removed)} taken out`);
  if (ingestedAgain > 0)
    parts.push(`${deliveries(ingestedAgain)} ingested again${otherMap > 0 ? " by another map" : ""}`);
  if (parts.length > 0) return parts.join(", ");
  return sameDesired
    ? "a reprocess: the same deliveries gave other bytes"
    : "exclusions changed; the deliveries are the same";
}

function deliveries(count: number): string {
  return `${count} ${count === 1 ? "delivery" : "deliveries"}`;
}

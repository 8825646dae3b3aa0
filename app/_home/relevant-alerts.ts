import type { Alert } from "../_trpc/outputs";

/** The open alerts that nobody has muted, at most `most`; how many more there are, and how many are muted. */
export function relevantAlerts(
  alerts: readonly Alert[],
  most: number,
): { readonly shown: readonly Alert[]; readonly more: number; readonly muted: number } {
  const loud = alerts.filter(({ mutedAt }) => mutedAt === undefined);
  return {
    shown: loud.slice(0, most),
    more: Math.max(0, loud.length - most),
    muted: alerts.length - loud.length,
  };
}

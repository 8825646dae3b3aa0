/**
 * Waits until all have ended, however they end: none of them goes on with files that the caller then removes.
 * @throws what the first of them, in their order, threw
 */
export async function together<Work extends readonly Promise<unknown>[]>(
  ...work: Work
): Promise<{ -readonly [At in keyof Work]: Awaited<Work[At]> }> {
  for (const { status, reason } of (await Promise.allSettled(work)) as readonly {
    status: string;
    reason?: unknown;
  }[]) {
    if (status === "rejected") throw reason;
  }
  return Promise.all(work) as Promise<{ -readonly [At in keyof Work]: Awaited<Work[At]> }>;
}

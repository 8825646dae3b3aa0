/** The page of one letter. Queues are named by other programs too: they are encoded. */
export function letterHref({ queue, id }: { queue: string; id: string }): string {
  return `/dead-letters/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`;
}

import type { Broker } from "../server/ports/broker";
import type { Outbox } from "../server/ports/inbox";

const BATCH = 200;

/**
 * One round of the relay: publishes what stands in the outbox, in order, and marks it once the broker has confirmed. Killed between the two,
 * it publishes again under the same id, which every consumer knows how to drop.
 * @returns whether there may be more
 */
export async function relayRound(ports: {
  readonly outbox: Outbox;
  readonly broker: Broker;
  readonly failPoint: (name: string) => void;
}): Promise<boolean> {
  const messages = await ports.outbox.pending(BATCH);
  for (const message of messages) {
    await ports.broker.publish(message);
    ports.failPoint("relay.published");
    await ports.outbox.published([message.seq]);
  }
  return messages.length === BATCH;
}

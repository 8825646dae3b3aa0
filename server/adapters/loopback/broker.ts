import type { IncomingMessage, OutgoingMessage } from "../../message";
import type { Broker, Topology } from "../../ports/broker";
import type { Inbox } from "../../ports/inbox";

/**
 * Public messages without a broker: from the outbox straight into the inboxes of the queues that the route feeds. The inbox row is the
 * confirmation, so a crash between the two repeats the message and the inbox drops the repeat.
 */
export class LoopbackBroker implements Broker {
  private readonly accepts = new Map<string, (message: IncomingMessage) => Promise<void>>();

  constructor(
    private readonly inbox: Inbox,
    private readonly topology: Topology,
  ) {}

  async publish(message: OutgoingMessage): Promise<void> {
    for (const queue of this.topology.queuesOf(message.route)) {
      const incoming = { queue, id: message.id, body: message.body, lane: message.lane };
      const accept = this.accepts.get(queue);
      if (accept) await accept(incoming);
      else await this.inbox.accept(incoming);
    }
  }

  async subscribe(queue: string, accept: (message: IncomingMessage) => Promise<void>): Promise<void> {
    this.accepts.set(queue, accept);
  }

  async close(): Promise<void> {
    this.accepts.clear();
  }
}

import type { IncomingMessage, OutgoingMessage } from "../message";

/** Which queues a fanout feeds: derived from pipeline.ts and the catalogue. */
export interface Topology {
  /** Queues that get a copy of what is published to `route` (a queue's own name feeds itself). */
  queuesOf(route: string): readonly string[];
}

/** The public messages: other programs publish and subscribe here with the documented names and JSON. */
export interface Broker {
  /** Resolves when the broker has confirmed that it holds the message. The same message may be published more than once. */
  publish(message: OutgoingMessage): Promise<void>;
  /** Consumes one queue; the message is acknowledged when `accept` resolves (that is: once it stands in the inbox). */
  subscribe(queue: string, accept: (message: IncomingMessage) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

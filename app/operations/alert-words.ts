import type { Alert } from "../_trpc/outputs";
import { instantText } from "../_ui/format";

type Message = Alert["messages"][number];

const DID: Readonly<Record<Message["kind"], string>> = { opened: "its beginning", resolved: "its end" };

/** What the webhook was told of an alert, a sentence for each message. */
export function toldWords({ messages }: Pick<Alert, "messages">): readonly string[] {
  return messages.map((message) => {
    const what = DID[message.kind];
    if (message.state === "sent")
      return `told of ${what}${message.endedAt === undefined ? "" : ` at ${instantText(message.endedAt)}`}`;
    if (message.state === "withheld") return `not told of ${what}: withheld`;
    if (message.state === "dead")
      return `not told of ${what}: given up after ${message.attempts} tries; ${message.error ?? "no reason"}`;
    if (message.attempts === 0) return `to be told of ${what}`;
    const again = message.retryAt === undefined ? "" : `; tried again at ${instantText(message.retryAt)}`;
    return `not yet told of ${what} after ${message.attempts === 1 ? "a try" : `${message.attempts} tries`}: ${message.error ?? "no reason"}${again}`;
  });
}

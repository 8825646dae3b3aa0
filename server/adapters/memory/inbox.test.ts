import { inboxContract } from "../../ports/inbox.contract";
import { MemoryInbox, MemoryOutbox } from "./inbox";
import { MemoryStore } from "./store";

inboxContract("memory", async () => {
  // Every look at the clock is a microsecond later, as on a real one.
  let now = Date.UTC(2024, 0, 1) * 1000;
  const transactions = new MemoryStore(() => ++now);
  return {
    inbox: new MemoryInbox(transactions),
    outbox: new MemoryOutbox(transactions),
    transactions,
    close: async () => undefined,
  };
});

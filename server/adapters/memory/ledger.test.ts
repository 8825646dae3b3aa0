import { ledgerContract } from "../../ports/ledger.contract";
import { MemoryLedger } from "./ledger";
import { MemoryStore } from "./store";

ledgerContract("memory", async () => {
  let now = 0;
  const transactions = new MemoryStore(() => now);
  const ledger = new MemoryLedger(transactions);
  return {
    ledger,
    transactions,
    setClock: (instant) => {
      now = instant;
    },
    seedDataset: (name, rules) => transactions.run((tx) => ledger.setSpans(tx, name, rules)),
    seedExclusions: (dataset, exclusions) =>
      transactions.run((tx) => ledger.setExclusions(tx, dataset, exclusions)),
    close: async () => undefined,
  };
});

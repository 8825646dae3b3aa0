"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import type { ApiRouter } from "../../server/api/root";
import { ALONE } from "./alone";
import { TRPCProvider } from "./client";
import { failureOf } from "./failure";
import { LiveProvider } from "./live";

const URL = "/api/trpc";

/** Between two tries of a query that failed. */
const AGAIN_MS = 4_000;
/** Lost hints cost at most this. */
const REFRESH_MS = 60_000;

function queryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        staleTime: 5_000,
        // What passes heals by itself; what was not found stays so until somebody acts.
        refetchInterval: ({ state }) => {
          if (state.status !== "error" && state.fetchFailureCount === 0) return REFRESH_MS;
          return failureOf(state.error ?? state.fetchFailureReason).passing ? AGAIN_MS : REFRESH_MS;
        },
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

/** What is asked with ranges that were chosen on the grid, or with a map of many columns, which do not fit into an address. */
const LONG: readonly string[] = [
  "reprocessPlan.preview",
  "window.selection",
  "mapDraft.judge",
  "mapDraft.samples",
];

/** Queries, and the stream that says which of them to ask again. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queries] = useState(queryClient);
  const [client] = useState(() =>
    createTRPCClient<ApiRouter>({
      links: [
        splitLink({
          // What takes long holds up no batch.
          condition: ({ path, context }) => LONG.includes(path) || context.alone === ALONE.alone,
          true: httpLink({ url: URL, methodOverride: "POST" }),
          false: httpBatchLink({ url: URL, maxURLLength: 4_000 }),
        }),
      ],
    }),
  );
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <LiveProvider>{children}</LiveProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}

"use client";

import { Button } from "./button";

/** The way to what is older; nothing when there is nothing older. */
export function More({
  query,
  what = "Load older",
}: {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  what?: string;
}) {
  if (!query.hasNextPage) return null;
  return (
    <div className="border-t p-2">
      <Button look="quiet" pending={query.isFetchingNextPage} onPress={() => query.fetchNextPage()}>
        {query.isFetchingNextPage ? "Loading…" : what}
      </Button>
    </div>
  );
}

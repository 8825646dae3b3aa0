"use client";

import type { ReactNode } from "react";
import { Failed, NotUpToDate, SkeletonRows } from "../_ui/states";
import { failureOf } from "./failure";

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** The states of what is asked for: loading in the shape of what comes, failed with a way on, not up to date, or there. */
export function Loaded<Data>({
  query,
  skeleton,
  children,
}: {
  query: Query<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (query.data === undefined) {
    if (!query.error) return skeleton ?? <SkeletonRows />;
    return <Failed failure={failureOf(query.error)} retry={() => query.refetch()} />;
  }
  return (
    <>
      {query.error ? <NotUpToDate failure={failureOf(query.error)} /> : null}
      {children(query.data)}
    </>
  );
}

"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Empty, Failed, NotUpToDate, SkeletonRows } from "../_ui/states";
import { failureOf, isNotFound } from "./failure";

interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** The states of what is asked for: loading in the shape of what comes, failed with a way on, not there at all, not up to date, or there. */
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
    const failure = failureOf(query.error);
    // To ask again would change nothing, and nothing is broken.
    if (isNotFound(query.error))
      return (
        <Empty title={failure.message.replace(/\.$/, "")}>
          The address may be mistyped, or what it names is not there any more. <ToList />
        </Empty>
      );
    return <Failed failure={failure} retry={() => query.refetch()} />;
  }
  return (
    <>
      {query.error ? <NotUpToDate failure={failureOf(query.error)} /> : null}
      {children(query.data)}
    </>
  );
}

/** Pages of one thing stand below the list of all of its kind. */
function ToList() {
  const [, list, one] = usePathname().split("/");
  if (!list || !one) return "The menu leads to what there is.";
  return (
    <>
      <Link href={`/${list}`} className="link">
        The list
      </Link>{" "}
      shows what there is.
    </>
  );
}

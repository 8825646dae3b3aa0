"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_trpc/client";
import { Loaded } from "../_trpc/loaded";
import type { AuditLine } from "../_trpc/outputs";
import { middleText } from "../_ui/format";
import { Instant } from "../_ui/instant";
import { More } from "../_ui/more";
import { Page, Panel } from "../_ui/page";
import { Empty } from "../_ui/states";
import { type Column, Table } from "../_ui/table";
import { AuditFilters, useAuditFilter } from "./audit-filter";
import { auditHref } from "./audit-href";
import { Changes } from "./changes";

/** A name that is an identifier is shortened in its middle; the whole of it stands in the tooltip. */
function Subject({ entry }: { entry: AuditLine }) {
  const href = auditHref(entry);
  const text = entry.subject
    .split(" ")
    .map((word) => (word.length > 32 ? middleText(word, 17) : word))
    .join(" ");
  const shown = <span className="wrap-anywhere">{text}</span>;
  if (href === undefined) return shown;
  return (
    <Link href={href} className="link" title={entry.subject}>
      {shown}
    </Link>
  );
}

const COLUMNS: readonly Column<AuditLine>[] = [
  { head: "When", cell: ({ at }) => <Instant at={at} /> },
  { head: "Who", cell: ({ who }) => who },
  { head: "Did", cell: ({ what }) => <span className="font-medium">{what}</span> },
  { head: "To", cell: (entry) => <Subject entry={entry} /> },
  { head: "Before and after", cell: ({ changes }) => <Changes changes={changes} /> },
];

export function AuditScreen() {
  const trpc = useTRPC();
  const { filter, filtered, set } = useAuditFilter();
  const facets = useQuery(trpc.audit.facets.queryOptions());
  const audit = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(filter, {
      getNextPageParam: (page) => page.next,
      placeholderData: (previous) => previous,
    }),
  );
  return (
    <Page title="Audit" sentence="Who changed what, with what was so before and after. Newest first.">
      <AuditFilters filter={filter} facets={facets.data} onChange={set} />
      <Panel title="Changes" flush>
        <Loaded query={audit}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length > 0)
              return <Table label="Changes" columns={COLUMNS} rows={items} rowKey={({ id }) => String(id)} />;
            if (filtered)
              return (
                <Empty title="Nothing is like that">
                  <Link href="/audit" className="link">
                    Show all changes
                  </Link>
                </Empty>
              );
            return (
              <Empty title="Nothing was changed yet">
                What people do on these pages and on the command line stands here: a source that is turned on,
                a delivery that is withdrawn, a setting that is changed.
              </Empty>
            );
          }}
        </Loaded>
        <More query={audit} />
      </Panel>
    </Page>
  );
}

import type { Metadata } from "next";
import { Suspense } from "react";
import { Page, Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { AuditScreen } from "./audit-screen";

export const metadata: Metadata = { title: "Audit" };

/** Until the browser has read the filter from the address. */
function Waiting() {
  return (
    <Page title="Audit">
      <Panel title="Changes" flush>
        <SkeletonRows />
      </Panel>
    </Page>
  );
}

export default function AuditPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <AuditScreen />
    </Suspense>
  );
}

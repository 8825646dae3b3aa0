import type { Metadata } from "next";
import { Suspense } from "react";
import { Page, Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { IngestsScreen } from "./ingests-screen";

export const metadata: Metadata = { title: "Ingests" };

/** Until the browser has read the filter from the address. */
function Waiting() {
  return (
    <Page title="Ingests">
      <Panel title="Deliveries" flush>
        <SkeletonRows />
      </Panel>
    </Page>
  );
}

export default function IngestsPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <IngestsScreen />
    </Suspense>
  );
}

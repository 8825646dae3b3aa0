import type { Metadata } from "next";
import { Suspense } from "react";
import { Page, Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { WindowsScreen } from "./windows-screen";

export const metadata: Metadata = { title: "Windows" };

/** Until the browser has read the filter from the address. */
function Waiting() {
  return (
    <Page title="Windows">
      <Panel title="Windows" flush>
        <SkeletonRows />
      </Panel>
    </Page>
  );
}

export default function WindowsPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <WindowsScreen />
    </Suspense>
  );
}

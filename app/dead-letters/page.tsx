import type { Metadata } from "next";
import { Suspense } from "react";
import { Page, Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { DeadLettersScreen } from "./dead-letters-screen";

export const metadata: Metadata = { title: "Dead letters" };

/** Until the browser has read the filter from the address. */
function Waiting() {
  return (
    <Page title="Dead letters">
      <Panel title="Dead letters" flush>
        <SkeletonRows />
      </Panel>
    </Page>
  );
}

export default function DeadLettersPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <DeadLettersScreen />
    </Suspense>
  );
}

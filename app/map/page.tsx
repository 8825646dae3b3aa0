import type { Metadata } from "next";
import { Suspense } from "react";
import { Page, Panel } from "../_ui/page";
import { SkeletonRows } from "../_ui/states";
import { MapScreen } from "./map-screen";

export const metadata: Metadata = { title: "Map" };

/** Until the browser has read the view from the address. */
function Waiting() {
  return (
    <Page title="Map">
      <Panel title="Picture">
        <SkeletonRows />
      </Panel>
    </Page>
  );
}

export default function MapPage() {
  return (
    <Suspense fallback={<Waiting />}>
      <MapScreen />
    </Suspense>
  );
}

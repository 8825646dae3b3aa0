import type { Metadata } from "next";
import { Suspense } from "react";
import { Page } from "../../_ui/page";
import { SkeletonRows } from "../../_ui/states";
import { NewReprocessScreen } from "./new-screen";

export const metadata: Metadata = { title: "New reprocess" };

export default function NewReprocessPage() {
  return (
    <Suspense
      fallback={
        <Page title="Reprocess windows">
          <SkeletonRows />
        </Page>
      }
    >
      <NewReprocessScreen />
    </Suspense>
  );
}

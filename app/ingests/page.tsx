import type { Metadata } from "next";
import { Suspense } from "react";
import { IngestsScreen } from "./ingests-screen";

export const metadata: Metadata = { title: "Ingests" };

export default function IngestsPage() {
  return (
    <Suspense>
      <IngestsScreen />
    </Suspense>
  );
}

import type { Metadata } from "next";
import { Suspense } from "react";
import { WindowsScreen } from "./windows-screen";

export const metadata: Metadata = { title: "Windows" };

export default function WindowsPage() {
  return (
    <Suspense>
      <WindowsScreen />
    </Suspense>
  );
}

import type { Metadata } from "next";
import { ReprocessListScreen } from "./list-screen";

export const metadata: Metadata = { title: "Reprocess" };

export default function ReprocessListPage() {
  return <ReprocessListScreen />;
}

import type { Metadata } from "next";
import { ReprocessScreen } from "./reprocess-screen";

type Params = Promise<{ number: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Reprocess ${decodeURIComponent((await params).number)}` };
}

export default async function ReprocessPage({ params }: { params: Params }) {
  return <ReprocessScreen number={decodeURIComponent((await params).number)} />;
}

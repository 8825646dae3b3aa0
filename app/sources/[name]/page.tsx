import type { Metadata } from "next";
import { SourceScreen } from "./source-screen";

type Params = Promise<{ name: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function SourcePage({ params }: { params: Params }) {
  return <SourceScreen name={decodeURIComponent((await params).name)} />;
}

import type { Metadata } from "next";
import { RunScreen } from "./run-screen";

type Params = Promise<{ name: string; id: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Run of ${decodeURIComponent((await params).name)}` };
}

export default async function RunPage({ params }: { params: Params }) {
  const { name, id } = await params;
  return <RunScreen name={decodeURIComponent(name)} id={decodeURIComponent(id)} />;
}

import type { Metadata } from "next";
import { LetterScreen } from "./letter-screen";

type Params = Promise<{ queue: string; id: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Letter ${decodeURIComponent((await params).id).slice(0, 8)}` };
}

export default async function LetterPage({ params }: { params: Params }) {
  const { queue, id } = await params;
  return <LetterScreen queue={decodeURIComponent(queue)} id={decodeURIComponent(id)} />;
}

import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { parseInstant } from "../../../../server/observation/time";
import { instantText } from "../../../_ui/format";
import { WindowScreen } from "./window-screen";

type Params = Promise<{ dataset: string; start: string }>;

async function read(params: Params): Promise<{ dataset: string; start: number }> {
  const { dataset, start } = await params;
  const instant = parseInstant(decodeURIComponent(start));
  if (instant === undefined) notFound();
  return { dataset: decodeURIComponent(dataset), start: instant };
}

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  const { dataset, start } = await read(params);
  return { title: `${dataset} ${instantText(start)}` };
}

export default async function WindowPage({ params }: { params: Params }) {
  return <WindowScreen {...(await read(params))} />;
}

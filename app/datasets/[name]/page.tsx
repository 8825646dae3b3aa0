import type { Metadata } from "next";
import { DatasetScreen } from "./dataset-screen";

type Params = Promise<{ name: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function DatasetPage({ params }: { params: Params }) {
  return <DatasetScreen name={decodeURIComponent((await params).name)} />;
}

import type { Metadata } from "next";
import { VariablesScreen } from "./variables-screen";

type Params = Promise<{ name: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Variables of ${decodeURIComponent((await params).name)}` };
}

export default async function VariablesPage({ params }: { params: Params }) {
  return <VariablesScreen source={decodeURIComponent((await params).name)} />;
}

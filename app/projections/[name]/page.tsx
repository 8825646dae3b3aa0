import type { Metadata } from "next";
import { ProjectionScreen } from "./projection-screen";

type Params = Promise<{ name: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ProjectionPage({ params }: { params: Params }) {
  return <ProjectionScreen name={decodeURIComponent((await params).name)} />;
}

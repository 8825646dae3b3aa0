import type { inferRouterOutputs } from "@trpc/server";
import type { ApiRouter } from "../../server/api/root";

/** What the API answers, as the browser gets it. */
type Outputs = inferRouterOutputs<ApiRouter>;

export type Home = Outputs["line"]["home"];
export type HourOfLine = Outputs["history"]["lastDay"][number];
export type IntakeLine = Outputs["line"]["intake"];
export type Stage = Home["stages"][number];
export type Source = Outputs["source"]["get"];
export type Run = Outputs["source"]["runs"]["items"][number];
export type Ingest = Outputs["ingest"]["list"]["items"][number];
export type WindowLine = Outputs["window"]["list"]["items"][number];
export type WindowDetail = Outputs["window"]["get"];
export type WindowDelivery = Outputs["window"]["deliveries"]["items"][number];
export type WindowRevision = Outputs["window"]["revisions"]["items"][number];
export type RevisionDifference = Outputs["window"]["difference"];
export type RevisionComparison = Outputs["dataset"]["compareRevisions"];
export type Dataset = Outputs["dataset"]["get"];
export type DatasetSettings = Outputs["dataset"]["settings"];
export type DatasetShown = Outputs["dataset"]["shown"];
export type Reading = Outputs["dataset"]["reading"];
export type DiskUse = Outputs["dataset"]["disk"][number];
export type RetentionLine = Outputs["dataset"]["retention"][number];
export type Projection = Outputs["projection"]["get"];
export type ProjectedWindow = Outputs["projection"]["windows"]["items"][number];
export type Preview = NonNullable<Outputs["dataset"]["preview"]>;
export type DeadLetter = Outputs["deadLetter"]["list"]["items"][number];
export type Reprocessing = Outputs["reprocess"]["get"];
export type ReprocessedWindow = Outputs["reprocess"]["windows"]["items"][number];
export type ReprocessPreview = Outputs["reprocessPlan"]["preview"];
export type LetterDetail = Outputs["deadLetter"]["get"];
export type LetterRows = NonNullable<Outputs["deadLetter"]["rows"]>;
export type LetterCounts = Outputs["deadLetter"]["counts"];
export type AuditLine = Outputs["audit"]["list"]["items"][number];
export type WindowGridAnswer = Outputs["window"]["grid"];

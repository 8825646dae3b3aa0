import { TRPCClientError } from "@trpc/client";
import type { ApiRouter } from "../../server/api/root";
import type { FieldIssue } from "../../server/configuration/model";
import type { Failure } from "../_ui/states";

/** Whether what was asked for does not exist, which asking again does not change. */
export function isNotFound(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data?.code === "NOT_FOUND";
}

/** Which settings a refused save names as wrong; none where it was refused for another reason. */
export function wrongFields(error: unknown): readonly FieldIssue[] {
  if (!(error instanceof TRPCClientError)) return [];
  return (error as TRPCClientError<ApiRouter>).data?.fields ?? [];
}

/** A refusal in the words of the form that was sent. */
export class Refused extends Error {}

/** What to tell about a failed request; whether it passes follows from its code, never from its text. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refused) return { message: error.message, passing: false };
  if (error instanceof TRPCClientError) {
    const code: unknown = error.data?.code;
    if (code === "SERVICE_UNAVAILABLE") return { message: error.message, passing: true };
    if (typeof code === "string")
      return { message: error.message, passing: false, tooMuch: error.data?.tooMuch === true };
  }
  // No answer, or one that is none of ours: the web itself is away.
  return { message: "The web of Ionbeam does not answer.", passing: true };
}

import { initTRPC, TRPCError } from "@trpc/server";
import { DISK_FULL, errorText, isDiskFull, type NotFound, type TooMuch, type WrongFields } from "../errors";
import type { ApiContext, ApiPorts } from "./context";
import { errorClass, trpcCode } from "./error-map";
import { whileHeard } from "./while-heard";

const t = initTRPC.context<ApiContext>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    // What an unforeseen error says is for the log; people get an identifier to quote.
    message: error.code === "INTERNAL_SERVER_ERROR" ? unforeseen(error) : sentenceOf(error, shape.message),
    data: {
      code: shape.data.code,
      httpStatus: shape.data.httpStatus,
      path: shape.data.path,
      fields: wrongFields(error.cause),
      tooMuch: (error.cause as Partial<TooMuch> | undefined)?.tooMuch,
      instead: (error.cause as Partial<NotFound> | undefined)?.instead,
    },
  }),
});

export const router = t.router;

/** A procedure whose context has the ports open, and whose errors carry the code of their class. */
export const procedure = t.procedure.use(async ({ ctx, type, next }) => {
  let ports: Awaited<ReturnType<ApiContext["ports"]>>;
  try {
    ports = await ctx.ports();
  } catch (error) {
    throw new TRPCError({ code: trpcCode(error), cause: error });
  }
  const asked = next({ ctx: { ports } });
  // What changes something is waited for: whether it was done must not be left open.
  const result = await (type === "query" ? heardOut(asked, ports) : asked);
  if (result.ok || errorClass(result.error.cause) === undefined) return result;
  throw new TRPCError({
    code: trpcCode(result.error.cause),
    message: result.error.message,
    cause: result.error.cause,
  });
});

/** Which settings are wrong, for a form to show them where they are typed. */
function wrongFields(cause: unknown): WrongFields["fields"] | undefined {
  const { fields, issues } = (cause ?? {}) as Partial<WrongFields> & {
    readonly issues?: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
  return fields ?? issues?.map(({ path, message }) => ({ path: path.map(String), message }));
}

async function heardOut<Result>(
  asked: Promise<Result>,
  { databaseAnswers }: Pick<ApiPorts, "databaseAnswers">,
): Promise<Result> {
  try {
    return await whileHeard(asked, databaseAnswers);
  } catch (error) {
    throw new TRPCError({ code: trpcCode(error), message: errorText(error), cause: error });
  }
}

/** The identifier that stands in the log beside an error and on the page that shows it. */
export function errorId(error: TRPCError): string {
  let hash = 0x811c9dc5;
  for (const character of `${error.message}${error.stack ?? ""}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

function unforeseen(error: TRPCError): string {
  if (isDiskFull(error)) return `${DISK_FULL.charAt(0).toUpperCase()}${DISK_FULL.slice(1)}.`;
  return `Something went wrong that nobody foresaw. The log of the web has the details under ${errorId(error)}.`;
}

/** Zod's issues as one sentence: a field and what is wrong with it. Of what is not there nothing about the command line. */
function sentenceOf(error: TRPCError, message: string): string {
  const { plain } = (error.cause ?? {}) as Partial<NotFound>;
  if (plain !== undefined) return plain;
  const issues = (error.cause as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] })
    ?.issues;
  if (!Array.isArray(issues)) return message;
  return issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`).join("; ");
}

import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { apiPorts } from "../../../../server/api/ports";
import { errorId } from "../../../../server/api/procedure";
import { apiRouter } from "../../../../server/api/root";

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: apiRouter,
    allowMethodOverride: true,
    createContext: () => ({ ports: apiPorts }),
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      const { message, stack } = error.cause ?? error;
      process.stdout.write(
        `${JSON.stringify({ time: new Date().toISOString(), level: "error", message: "a request failed", path, id: errorId(error), error: message, stack })}\n`,
      );
    },
  });
}

export { handle as GET, handle as POST };

/**
 * The web: Next behind a server of ours, which listens where it is told, checks Host and Origin, and lets go of open
 * pages when it is to end (Next's own `next start` does none of these).
 */
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import next from "next";
import { readEnvironment } from "../config/env";
import { errorText, Invalid } from "../server/errors";
import { knownHosts, refuse } from "./admission";
import { tell, tieToSupervisor } from "./lifeline";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** How long requests under way may take once we are to end. */
const PATIENCE_MS = 3_000;

async function serve(): Promise<void> {
  // A log that cannot be written, as on a full disk, is no reason to answer nobody.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const env = readEnvironment();
  if (!existsSync(path.join(ROOT, ".next", "BUILD_ID"))) {
    throw new Invalid("The pages are not built: run `npm run build`, or start with `npm start`.");
  }
  const known = knownHosts(env.host, env.allowedHosts);
  const app = next({ dev: false, dir: ROOT, hostname: env.host, port: env.port });
  const handle = app.getRequestHandler();
  const open = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    const sentence = refuse(knock(request), known);
    if (sentence !== undefined) return answer(response, 403, sentence);
    open.add(response);
    response.once("close", () => open.delete(response));
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else answer(response, 500, "Ionbeam could not answer this request; its log says why.");
    });
  });
  // Nothing here speaks WebSocket.
  server.on("upgrade", (_request, socket) => socket.destroy());

  await app.prepare();
  // Not before: loading the pages holds this process for seconds, in which a handler would not be called; until something is served there is nothing to
  // end in order, and a signal does it at once.
  tieToSupervisor(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of open) if (isStream(response)) response.destroy();
    const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    await closed;
    clearTimeout(patience);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: env.host, port: env.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = env.host === "0.0.0.0" || env.host === "::" ? "127.0.0.1" : env.host;
  await tell({ kind: "ready", address: `http://${host.includes(":") ? `[${host}]` : host}:${port}` });
}

function knock({ method = "GET", headers }: IncomingMessage) {
  const site = headers["sec-fetch-site"];
  return { method, host: headers.host, origin: headers.origin, site: Array.isArray(site) ? site[0] : site };
}

function answer(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${sentence}\n`);
}

/** Server-sent events never end by themselves. */
function isStream(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}

serve().catch(async (error: unknown) => {
  console.error(error);
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const sentence = taken
    ? "The port was taken by another program meanwhile: set PORT to a free one."
    : errorText(error);
  if (taken || error instanceof Invalid) await tell({ kind: "fatal", sentence });
  process.exit(1);
});

import { readdir, readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

/** How the server misbehaves for one path; `times` limits it to the first so many requests. */
export type Behaviour =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly times?: number;
      readonly retryAfter?: string;
    }
  /** Promises the whole length, sends half, cuts the connection. */
  | { readonly kind: "cut"; readonly times?: number }
  /** Half of the content as if it were all: what a file looks like while it is being written. */
  | { readonly kind: "truncated"; readonly times?: number }
  | { readonly kind: "slow"; readonly ms: number; readonly times?: number }
  /** 200 with an HTML page where data is expected. */
  | { readonly kind: "html"; readonly times?: number }
  | { readonly kind: "empty"; readonly times?: number }
  /** Never answers: until the client goes. */
  | { readonly kind: "hang"; readonly times?: number };

export interface ArchiveServer {
  readonly url: string;
  /** Requests by path, in the order of first arrival. */
  readonly requests: Map<string, number>;
  /** The User-Agents seen. */
  readonly agents: Set<string>;
  fail(pathPattern: string | RegExp, behaviour: Behaviour): void;
  /** Forgets all behaviours. */
  mend(): void;
  close(): Promise<void>;
}

export interface ArchiveServerOptions {
  readonly port?: number;
  /** Another process may have it misbehave: `steerArchive`. */
  readonly steered?: boolean;
}

const STEER = "/_behave";
const Steering = z.object({ pattern: z.string(), status: z.number().int() }).nullable();

/**
 * Has a steered archive server in another process answer with a status where a path holds `pattern`; null mends it.
 * @throws Error when it does not follow
 */
export async function steerArchive(url: string, steering: z.infer<typeof Steering>): Promise<void> {
  const answer = await fetch(`${url}${STEER}`, { method: "POST", body: JSON.stringify(steering) });
  if (!answer.ok) throw new Error(`the archive server answered ${answer.status}`);
}

/** What a request to steer says, as one rule or none. */
async function steeringOf(request: IncomingMessage): Promise<readonly Rule[]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const steering = Steering.parse(JSON.parse(Buffer.concat(parts).toString()));
  if (!steering) return [];
  const { pattern, status } = steering;
  return [{ pattern, behaviour: { kind: "status", status }, left: Number.POSITIVE_INFINITY }];
}

interface Rule {
  readonly pattern: string | RegExp;
  readonly behaviour: Behaviour;
  left: number;
}

/**
 * Serves a folder as the Sensor.Community archive does: Apache's index page for folders, files as they are, an HTML 404 for what is missing.
 * The folder holds the archive's own layout (`2019/2019-05-20/…csv`, `2025-01-20/…csv`).
 */
export async function startArchiveServer(
  folder: string,
  options: ArchiveServerOptions = {},
): Promise<ArchiveServer> {
  const requests = new Map<string, number>();
  const agents = new Set<string>();
  const rules: Rule[] = [];
  const root = path.resolve(folder);
  const server = createServer((request, response) => {
    const asked = pathOf(request.url ?? "/");
    if (asked === undefined) return page(response, 400, {});
    if (options.steered && asked === STEER) {
      steeringOf(request).then(
        (steered) => {
          rules.splice(0, rules.length, ...steered);
          page(response, 200, {});
        },
        () => page(response, 400, {}),
      );
      return;
    }
    requests.set(asked, (requests.get(asked) ?? 0) + 1);
    agents.add(request.headers["user-agent"] ?? "");
    respond(root, asked, ruleFor(rules, asked), response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    agents,
    fail: (pattern, behaviour) => {
      rules.push({ pattern, behaviour, left: behaviour.times ?? Number.POSITIVE_INFINITY });
    },
    mend: () => {
      rules.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The path asked for, unescaped; undefined when it cannot be, or holds what no file name does. */
function pathOf(url: string): string | undefined {
  try {
    const asked = decodeURIComponent(new URL(url, "http://localhost").pathname);
    return asked.includes("\0") ? undefined : asked;
  } catch {
    return undefined;
  }
}

function ruleFor(rules: readonly Rule[], asked: string): Behaviour | undefined {
  const rule = rules.find(
    ({ pattern, left }) =>
      left > 0 && (typeof pattern === "string" ? asked.includes(pattern) : pattern.test(asked)),
  );
  if (!rule) return undefined;
  rule.left -= 1;
  return rule.behaviour;
}

async function respond(
  root: string,
  asked: string,
  behaviour: Behaviour | undefined,
  response: ServerResponse,
): Promise<void> {
  switch (behaviour?.kind) {
    case "status":
      return page(
        response,
        behaviour.status,
        behaviour.retryAfter ? { "retry-after": behaviour.retryAfter } : {},
      );
    case "html":
      return page(response, 200, {});
    case "empty":
      response.writeHead(200, { "content-type": "text/html", "content-length": 0 }).end();
      return;
    case "hang":
      return;
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, behaviour.ms));
      return serve(root, asked, undefined, response);
    default:
      return serve(root, asked, behaviour?.kind, response);
  }
}

async function serve(
  root: string,
  asked: string,
  damage: "cut" | "truncated" | undefined,
  response: ServerResponse,
): Promise<void> {
  const target = path.join(root, asked);
  const inside = target === root || target.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
  const found = inside ? await stat(target).catch(() => undefined) : undefined;
  if (!found) return page(response, 404, {});
  if (found.isDirectory() && !asked.endsWith("/")) {
    response.writeHead(301, { location: `${asked}/` }).end();
    return;
  }
  const whole = found.isDirectory() ? Buffer.from(await indexPage(target, asked)) : await readFile(target);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  const type = found.isDirectory()
    ? "text/html;charset=UTF-8"
    : asked.endsWith(".gz")
      ? "application/x-gzip"
      : "text/csv";
  response.writeHead(200, {
    "content-type": type,
    "content-length": damage === "truncated" ? half.length : whole.length,
    "last-modified": found.mtime.toUTCString(),
  });
  if (damage === "cut") {
    response.write(half, () => response.destroy());
    return;
  }
  response.end(damage === "truncated" ? half : whole);
}

const TITLES: Readonly<Record<number, string>> = {
  200: "It works!",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Error bodies of the service are HTML, never JSON. */
function page(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  const title = TITLES[status] ?? "Error";
  const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n</body></html>\n`;
  response
    .writeHead(status, {
      "content-type": "text/html; charset=iso-8859-1",
      "content-length": Buffer.byteLength(body),
      ...headers,
    })
    .end(body);
}

/** A page of Apache's mod_autoindex with `IndexOptions FancyIndexing HTMLTable`: rounded sizes, blanks at the ends of cells. */
async function indexPage(folder: string, asked: string): Promise<string> {
  const title = `Index of ${asked === "/" ? "/" : asked.replace(/\/$/, "")}`;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
  const rows = await Promise.all(names.map((name) => indexRow(folder, name)));
  const heads = [
    ["N;O=D", "Name"],
    ["M;O=A", "Last modified"],
    ["S;O=A", "Size"],
    ["D;O=A", "Description"],
  ]
    .map(([sort, head]) => `<th><a href="?C=${sort}">${head}</a></th>`)
    .join("");
  const parent = path.posix.join(asked, "..");
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>${title}</title>
 </head>
 <body>
<h1>${title}</h1>
  <table>
   <tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th>${heads}</tr>
   <tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="${parent.endsWith("/") ? parent : `${parent}/`}">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td><td>&nbsp;</td></tr>
${rows.join("\n")}
   <tr><th colspan="5"><hr></th></tr>
</table>
<address>Apache/2.4.58 (Ubuntu) Server at localhost Port 80</address>
</body></html>
`;
}

async function indexRow(folder: string, name: string): Promise<string> {
  const { size, mtime } = await stat(path.join(folder, name));
  const icon = name.endsWith("/")
    ? ["folder", "DIR"]
    : name.endsWith(".gz")
      ? ["compressed", "   "]
      : ["text", "TXT"];
  const when = mtime.toISOString().slice(0, 16).replace("T", " ");
  const shown = name.endsWith("/") ? "  - " : rounded(size);
  return `<tr><td valign="top"><img src="/icons/${icon[0]}.gif" alt="[${icon[1]}]"></td><td><a href="${encodeURI(name)}">${name}</a></td><td align="right">${when}  </td><td align="right">${shown}</td><td>&nbsp;</td></tr>`;
}

/** Sizes as Apache rounds them: `243 `, `1.2K`, ` 39K`, `2.0M`. */
function rounded(size: number): string {
  if (size < 1024) return `${String(size).padStart(3)} `;
  const units = ["K", "M", "G"];
  let value = size / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${(value < 9.95 ? value.toFixed(1) : Math.round(value).toString()).padStart(3)}${units[unit]}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = process.argv[2];
  if (!folder) {
    console.error("usage: tsx e2e/archive-server.ts <folder> [port]");
    process.exitCode = 2;
  } else {
    const server = await startArchiveServer(folder, { port: Number(process.argv[3] ?? 0) });
    console.log(server.url);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
  }
}

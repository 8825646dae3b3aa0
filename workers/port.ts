import { createServer } from "node:net";
import { Invalid } from "../server/errors";

/**
 * Makes sure that the web will be able to listen there.
 * @throws Invalid saying what to do when it is taken, needs more rights, or the address is not this machine's.
 */
export async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    throw new Invalid(sentence(error, host, port), { cause: error });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function sentence(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is taken by another program: stop that one, or set PORT to a free port.`;
  }
  if (code === "EACCES") return `Port ${port} needs the rights of root: set PORT to one above 1023.`;
  return `${host} is not an address of this machine: unset IONBEAM_HOST, or set it to one that is.`;
}

import net from "node:net";
import tls from "node:tls";
import { behind, throughListener } from "./proxy-address.testing";

/** No certificate is needed where nobody is authenticated, which is good enough between a test and itself. */
const ANONYMOUS = { ciphers: "ADH-AES128-GCM-SHA256:@SECLEVEL=0", maxVersion: "TLSv1.2" } as const;
/** What `ssl` of a client has to be to be let in. */
export const ANONYMOUSLY = { ...ANONYMOUS, rejectUnauthorized: false } as const;

/** A PostgreSQL with TLS before one without. @param connectionString of a PostgreSQL that is reached by TCP or by a socket's folder */
export async function openTlsProxy(
  connectionString: string,
): Promise<{ readonly connectionString: string; close(): Promise<void> }> {
  const target = behind(connectionString);
  const open = new Set<net.Socket>();
  const context = tls.createSecureContext({ ...ANONYMOUS, dhparam: "auto" });
  const listener = net.createServer((raw) => {
    open.add(raw);
    raw.on("close", () => open.delete(raw)).on("error", () => undefined);
    // The request for TLS, eight bytes.
    raw.once("data", () => {
      raw.write("S");
      const secure = new tls.TLSSocket(raw, { isServer: true, secureContext: context });
      const server = net.connect(target);
      open.add(server);
      for (const side of [secure, server]) side.on("error", () => undefined);
      secure.pipe(server).pipe(secure);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    connectionString: throughListener(connectionString, listener),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

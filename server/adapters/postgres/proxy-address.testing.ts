import type net from "node:net";
import pg from "pg";

/** Where a PostgreSQL is, for a connection of one's own. @param connectionString of one that is reached by TCP or by a socket's folder */
export function behind(connectionString: string): net.NetConnectOpts {
  const { host, port } = new pg.Client({ connectionString });
  return host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** The same database by way of what listens before it on this machine. */
export function throughListener(connectionString: string, listener: net.Server): string {
  const address = new URL(connectionString);
  address.searchParams.delete("host");
  address.searchParams.delete("port");
  address.hostname = "127.0.0.1";
  address.port = String((listener.address() as net.AddressInfo).port);
  return address.toString();
}

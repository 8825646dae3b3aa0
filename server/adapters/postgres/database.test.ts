import { expect, it } from "vitest";
import { DISK_FULL, errorText, Transient } from "../../errors";
import { classified, Database } from "./database";

const driver = (originalCode: string) =>
  Object.assign(new Error("Raw query failed"), {
    code: "P2010",
    meta: { driverAdapterError: { cause: { originalCode } } },
  });

const begun = (originalCode: string) =>
  Object.assign(new Error("the database system is in recovery mode"), { cause: { originalCode } });
const AWAY = "PostgreSQL did not answer; it is tried again";

it.each<[string, unknown, boolean, string]>([
  ["a full disk", driver("53100"), false, DISK_FULL],
  ["recovery after a full disk", driver("57P03"), true, DISK_FULL],
  ["a refused connection on a full disk", new Error("connect ECONNREFUSED 127.0.0.1"), true, DISK_FULL],
  ["recovery", driver("57P03"), false, AWAY],
  ["recovery at the begin of a transaction", begun("57P03"), false, AWAY],
  ["a connection that was cut while it was written to", new Error("write EPIPE"), false, AWAY],
  [
    "a connection that is lost",
    new Error("Client has encountered a connection error and is not queryable"),
    false,
    AWAY,
  ],
  ["a server that is not there", new Error("Can't reach database server at /run/.s.PGSQL.5432"), false, AWAY],
])("says of %s what to do, and that it is tried again", (_name, error, full, words) => {
  const told = classified(error, () => full);
  expect(told).toBeInstanceOf(Transient);
  expect(errorText(told)).toBe(words);
});

it("leaves other errors what they are, on a full disk too", () => {
  const error = driver("42601");
  expect(classified(error, () => true)).toBe(error);
});

it("tells of a server that is not there in one sentence, whichever way it is asked", async () => {
  const db = new Database("postgresql://ionbeam@localhost/ionbeam?host=%2Fnowhere%2Fionbeam");
  try {
    const asked = [
      db.rows(undefined, "SELECT 1"),
      db.execute(undefined, "SELECT 1"),
      db.run((tx) => db.now(tx)),
      db.prisma.source.findMany(),
    ];
    for (const answer of await Promise.allSettled(asked)) {
      const error = answer.status === "rejected" ? answer.reason : undefined;
      expect(error).toBeInstanceOf(Transient);
      expect(errorText(error)).toBe(AWAY);
    }
  } finally {
    await db.close();
  }
});

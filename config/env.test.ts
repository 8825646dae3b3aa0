import { describe, expect, it } from "vitest";
import { readEnvironment } from "./env";

describe("readEnvironment", () => {
  it("has an embedded default for everything", () => {
    expect(readEnvironment({}, "/srv/app")).toEqual({
      port: 3000,
      host: "127.0.0.1",
      allowedHosts: [],
      dataDir: "/srv/app/.ionbeam",
      configPath: undefined,
      contact: undefined,
      diskReserve: undefined,
      duckdbMemory: undefined,
      secretKey: undefined,
      databaseUrl: undefined,
    });
  });

  it("takes what is set, and resolves paths against the working folder", () => {
    const env = readEnvironment(
      {
        PORT: " 8080 ",
        IONBEAM_DATA_DIR: "../data",
        IONBEAM_CONFIG_PATH: "conf/ionbeam.yaml",
        IONBEAM_CONTACT: " https://weather.example/contact\n",
        IONBEAM_DISK_RESERVE: "2 GiB",
        IONBEAM_DUCKDB_MEMORY: "1GiB",
        IONBEAM_ALLOWED_HOSTS: "weather.example, 192.168.1.5",
        DATABASE_URL: "postgresql://me@db/ionbeam",
      },
      "/srv/app",
    );
    expect(env).toEqual({
      port: 8080,
      host: "127.0.0.1",
      allowedHosts: ["weather.example", "192.168.1.5"],
      dataDir: "/srv/data",
      configPath: "/srv/app/conf/ionbeam.yaml",
      contact: "https://weather.example/contact",
      diskReserve: { kind: "bytes", bytes: 2 * 1024 ** 3 },
      duckdbMemory: 1024 ** 3,
      secretKey: undefined,
      databaseUrl: "postgresql://me@db/ionbeam",
    });
  });

  it("counts an empty variable as unset", () => {
    const empty = { PORT: "", IONBEAM_DATA_DIR: " ", DATABASE_URL: "", REDIS_URL: "" };
    expect(readEnvironment(empty, "/srv/app")).toEqual(readEnvironment({}, "/srv/app"));
  });

  it.each([
    [{ PORT: "70000" }, /^PORT=70000 .*port number/],
    [{ PORT: "-1" }, /^PORT=-1 .*port number/],
    [{ PORT: "http" }, /^PORT=http .*port number/],
    [{ IONBEAM_CONTACT: "me@example.org\r\nx-evil: 1" }, /^IONBEAM_CONTACT=me@example.org\?x-evil.*e-mail/],
    [{ IONBEAM_CONTACT: `${"m".repeat(300)}@example.org` }, /^IONBEAM_CONTACT=m{80}\.\.\. is too long/],
    [{ IONBEAM_CONTACT: "the operator" }, /^IONBEAM_CONTACT=the operator .*e-mail address or a URL/],
    [{ IONBEAM_CONTACT: "operator" }, /^IONBEAM_CONTACT=operator .*e-mail address or a URL/],
    [{ IONBEAM_DUCKDB_MEMORY: "much" }, /^IONBEAM_DUCKDB_MEMORY=much .*at least 128MiB/],
    [{ IONBEAM_DUCKDB_MEMORY: "64MiB" }, /^IONBEAM_DUCKDB_MEMORY=64MiB .*at least 128MiB/],
    [{ DATABASE_URL: "mysql://db" }, /^DATABASE_URL=.*postgresql:\/\//],
    [{ REDIS_URL: "redis://localhost" }, /^REDIS_URL is set.*unset REDIS_URL/],
    [{ AMQP_URL: "amqp://localhost" }, /^AMQP_URL is set/],
    [{ INFLUX_URL: "http://localhost" }, /^INFLUX_URL is set/],
    [{ S3_URL: "s3://bucket" }, /^S3_URL is set/],
  ])("refuses %o in one sentence", (variables, sentence) => {
    expect(() => readEnvironment(variables, "/srv/app")).toThrow(sentence);
  });
});

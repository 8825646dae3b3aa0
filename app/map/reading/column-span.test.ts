import { expect, it } from "vitest";
import { spanOfColumns } from "./column-span";

const KB = 1024;
const chunks = [
  { name: "time", bytes: KB },
  { name: "lat", bytes: 50 * KB },
  { name: "lon", bytes: 50 * KB },
  { name: "temperature", bytes: 40 * KB },
  { name: "wind", bytes: 60 * KB },
  { name: "station", bytes: 30 * KB },
  { name: "geometry", bytes: 900 * KB },
  { name: "id", bytes: 900 * KB },
];
const span = (...wanted: string[]) => spanOfColumns(chunks, 4, wanted);

it("columns with a small gap are one request", () => {
  expect(span("time", "lat", "lon", "temperature", "station")).toEqual({ start: 4, end: 4 + 231 * KB });
});

it.each([
  ["neighbours, which are one request anyway", ["lat", "lon", "temperature"]],
  ["what has more between it than is wanted", ["time", "station"]],
  ["what is far apart, however much is wanted", ["station", "id"]],
  ["a column that the file lacks", ["humidity"]],
  ["nothing", []],
])("%s: each run by itself", (_, wanted) => {
  expect(span(...wanted)).toBeUndefined();
});

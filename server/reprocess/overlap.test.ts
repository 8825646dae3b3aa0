import { expect, it } from "vitest";
import type { Depth } from "./model";
import { type Asked, overlapText } from "./overlap";

it.each<[Depth, Asked, RegExp]>([
  ["dataset", { state: "running", depth: "dataset" }, /built once for both/],
  ["dataset", { state: "running", depth: "collect" }, /built once for both(?!.*asked by each)/],
  ["collect", { state: "running", depth: "collect" }, /source is asked by each/],
  ["projections", { state: "running", depth: "dataset" }, /products are made by each/],
  ["dataset", { state: "running", depth: "projections" }, /products are made by each/],
  ["dataset", { state: "paused", depth: "dataset" }, /does not wait for it.*builds them once more/],
  ["dataset", { state: "paused", depth: "projections" }, /makes their products once more/],
  ["dataset", { state: "cancelling", depth: "dataset" }, /this one does them all the same/],
])("%s beside %o", (depth, asked, told) => {
  expect(overlapText(depth, asked)).toMatch(told);
});

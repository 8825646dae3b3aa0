import { expect, it } from "vitest";
import { HOUR, SECOND } from "../observation/time";
import { backOff } from "./back-off";

it.each([
  [1, 5 * SECOND],
  [2, 10 * SECOND],
  [5, 80 * SECOND],
  [10, 2560 * SECOND],
  [11, HOUR],
  [1_000_000, HOUR],
])("waits after %i failures %i µs, and never ends", (attempts, wait) => expect(backOff(attempts)).toBe(wait));

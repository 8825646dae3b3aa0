import { expect, it } from "vitest";
import { auditHref } from "./audit-href";

it.each([
  ["source enable", "ioncannon", "/sources/ioncannon"],
  ["dataset set", "sensor.community", "/datasets/sensor.community"],
  ["delivery withdraw", "0".repeat(64), "/ingests"],
  ["window reprocess", "ioncannon 2026-03-01T00:00:00Z", "/windows/ioncannon/2026-03-01T00%3A00%3A00Z"],
  ["projection run", "pygeoapi ioncannon", "/datasets/ioncannon"],
  ["projection add", "odb", undefined],
  ["reprocess start", "0b5a3a4e", "/reprocess/0b5a3a4e"],
  ["dead-letter discard", "a queue/of others 0b5a", "/dead-letters/a%20queue%2Fof%20others/0b5a"],
  ["config import", "settings", "/sources"],
  ["of a later version", "x y", undefined],
])("%s of %s is shown at %s", (what, subject, href) => {
  expect(auditHref({ what, subject })).toBe(href);
});

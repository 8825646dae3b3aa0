import fc from "fast-check";
import { expect, it } from "vitest";
import type { CanonicalColumn } from "./column";
import { unionOfColumns } from "./column-union";
import { commonDtype } from "./dtype";

const AXES: readonly CanonicalColumn[] = [
  { name: "datetime", role: "time", dtype: "timestamp[us, UTC]" },
  { name: "lat", role: "latitude", dtype: "float64" },
  { name: "lon", role: "longitude", dtype: "float64" },
];
const variable = (name: string, dtype = "float64"): CanonicalColumn => ({ name, role: "variable", dtype });
const metadata = (name: string, dtype = "string"): CanonicalColumn => ({ name, role: "metadata", dtype });

it.each([
  ["float32", "float32", "float32"],
  ["int32", "int64", "int64"],
  ["Int32", "int32", "int32"],
  ["int64", "float32", "float64"],
  ["float32", "float64", "float64"],
  ["uint8", "int8", "float64"],
  ["string", "float64", "string"],
  ["object", "str", "string"],
  ["bool", "int8", "string"],
])("%s and %s are held by %s, either way round", (a, b, wanted) => {
  expect([commonDtype(a, b), commonDtype(b, a)]).toEqual([wanted, wanted]);
});

it("stands in the order of the files: axes, variables by name, metadata by name, by UTF-8 bytes", () => {
  const [time, lat, lon] = AXES;
  const mixed = [
    metadata("é"),
    variable("b"),
    lon,
    metadata("Z"),
    lat,
    variable("a"),
    metadata("\u{1F321}"),
    metadata("\uFFFD"),
    time,
  ];
  expect(unionOfColumns([mixed.flatMap((column) => column ?? [])]).map(({ name }) => name)).toEqual([
    "datetime",
    "lat",
    "lon",
    "a",
    "b",
    "Z",
    "é",
    "\uFFFD",
    "\u{1F321}",
  ]);
});

it("makes one column of two that disagree, or that differ only in case", () => {
  const union = unionOfColumns([
    [...AXES, metadata("sensor_id", "int32"), metadata("Kind")],
    [...AXES, metadata("sensor_id", "int64"), variable("kind", "float64")],
  ]);
  expect(union.slice(3)).toMatchObject([
    { name: "kind", role: "variable", dtype: "string" },
    { name: "sensor_id", role: "metadata", dtype: "int64" },
  ]);
});

it("does not depend on the order of deliveries, nor on how often one comes", () => {
  const column = fc.record({
    name: fc.constantFrom("a", "A", "b", "c"),
    role: fc.constantFrom("variable" as const, "metadata" as const),
    dtype: fc.constantFrom("float32", "float64", "int8", "int64", "string", "bool"),
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(column, { maxLength: 4 }), { maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      (lists, keys) => {
        const shuffled = [...lists, ...lists]
          .map((list) => ({ list, key: keys.next().value ?? 0 }))
          .sort((x, y) => x.key - y.key)
          .map(({ list }) => list);
        expect(unionOfColumns(shuffled)).toEqual(unionOfColumns(lists));
      },
    ),
  );
});

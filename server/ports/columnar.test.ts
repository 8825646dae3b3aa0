import { expect, it } from "vitest";
import { Invalid } from "../errors";
import { sqlName } from "./columnar";

it("a name is quoted whatever it holds, but for NUL, at which SQL ends", () => {
  expect(sqlName('a "b" \n')).toBe('"a ""b"" \n"');
  expect(() => sqlName("hum\0idity")).toThrow(Invalid);
  expect(() => sqlName("hum\0idity")).toThrow('"hum\\u0000idity"');
});

const SQL_TYPES: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  bool: "BOOLEAN",
  float32: "FLOAT",
  float64: "DOUBLE",
  int8: "TINYINT",
  int16: "SMALLINT",
  int32: "INTEGER",
  int64: "BIGINT",
  uint8: "UTINYINT",
  uint16: "USMALLINT",
  uint32: "UINTEGER",
  uint64: "UBIGINT",
};

const ALIASES: Readonly<Record<string, string>> = { object: "string", str: "string", boolean: "bool" };

/** The one spelling of a declared dtype: `object` and `str` are `string`, pandas' nullable `Int64` is `int64`; undefined for none that Ionbeam knows. */
export function canonicalDtype(dtype: string): string | undefined {
  const name = dtype.toLowerCase();
  const plain = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
  return Object.hasOwn(SQL_TYPES, plain) ? plain : undefined;
}

/** The SQL type of a declared dtype; undefined for one that does not exist. */
export function sqlType(dtype: string): string | undefined {
  return SQL_TYPES[canonicalDtype(dtype) ?? ""];
}

/**
 * The dtype that holds the values of two: int64 for two signed integers, float64 for any other two numbers (2^53 and beyond lose digits), else text.
 */
export function commonDtype(a: string, b: string): string {
  const [first = "string", second = "string"] = [canonicalDtype(a), canonicalDtype(b)];
  if (first === second) return first;
  if ([first, second].every((each) => each.startsWith("int"))) return "int64";
  return [first, second].every((each) => /^(float|u?int)/.test(each)) ? "float64" : "string";
}

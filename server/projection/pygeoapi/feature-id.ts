import { sqlName } from "../../ports/columnar";

/** What makes two rows two observations of one instant (SEMANTICS 2, *Identity*); names are columns of the canonical file. */
export interface Identity {
  readonly time: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly columns: readonly string[];
  /** Mobile data has its position, rounded to 1e-7 degrees, in the identity. */
  readonly mobile: boolean;
}

/** SQL of a canonical column; the canonical file stands in the query as `source`, since a column of ours may have the same name. */
export function sourceColumn(name: string): string {
  return `source.${sqlName(name)}`;
}

/**
 * SQL of a feature's id, the same on every machine and in every revision: `20250120T000130Z-9f86d081884c7d65`.
 *
 * Before the hyphen stands the time in UTC, with six digits of fraction only where there is one, so that a look-up by id can be limited to a
 * window. Behind it stand the first 16 hex digits of the SHA-256 of the identity's text in UTF-8: the values of the identity columns in their
 * declared order (text as it is, integers in decimal digits), then, for mobile data, latitude and longitude as whole numbers of 1e-7 degrees;
 * joined by 0x1F, a missing value being 0x00.
 * @param hash SQL of that: `identityHashSql`, or a column that holds it
 */
export function featureIdSql({ time }: Pick<Identity, "time">, hash: string): string {
  const micros = `epoch_us(${sourceColumn(time)})`;
  const instant = `make_timestamp(${micros})`;
  const fraction = `CASE WHEN ${micros} % 1000000 = 0 THEN '' ELSE strftime(${instant}, '.%f') END`;
  return `strftime(${instant}, '%Y%m%dT%H%M%S') || ${fraction} || 'Z-' || ${hash}`;
}

/**
 * SQL of the part of a feature's id that does not change with time. Of a file's rows as they stand in it, the engine works it out once for each station and
 * not for each row, where text makes up the identity; of rows that are sorted it cannot.
 */
export function identityHashSql(identity: Identity): string {
  const parts = [
    ...identity.columns.map((column) => `CAST(${sourceColumn(column)} AS VARCHAR)`),
    ...positionSql(identity).map((position) => `CAST(${position} AS VARCHAR)`),
  ].map((part) => `coalesce(${part}, chr(0))`);
  const text = parts.length > 0 ? parts.join(" || chr(31) || ") : "''";
  return `substr(sha256(${text}), 1, 16)`;
}

/** SQL of what sorts rows after the curve: the identity, then the time. Integers sort as numbers, text by UTF-8 bytes. */
export function identityOrderSql(identity: Identity): readonly string[] {
  return [
    ...identity.columns.map((column) => `${sourceColumn(column)} NULLS LAST`),
    ...positionSql(identity).map((position) => `${position} NULLS LAST`),
    sourceColumn(identity.time),
  ];
}

function positionSql({ mobile, latitude, longitude }: Identity): readonly string[] {
  if (!mobile) return [];
  return [latitude, longitude].map((column) => `CAST(round(${sourceColumn(column)} * 10000000) AS BIGINT)`);
}

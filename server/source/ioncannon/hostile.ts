import { formatInstant } from "../../observation/time";
import type { Cell, Row } from "../../ports/columnar";
import { chance } from "./hash";

export const HOSTILE_SHARE = 0.2;

/** What becomes of a report that stations, gateways and attackers have had their hands on: the cells that are not as they should be. */
const HOSTILE: readonly ((row: Row) => Readonly<Record<string, Cell>>)[] = [
  () => ({ air_temperature: "Infinity" }),
  () => ({ wind_speed: "NaN" }),
  () => ({ air_temperature: "20,5" }),
  () => ({ precipitation: "n/a" }),
  () => ({ surface_air_pressure: "1e400" }),
  () => ({ air_temperature: "9.9e37", wind_speed: "-9.9e37" }),
  () => ({ altitude: "-Infinity" }),
  () => ({ lat: "91" }),
  () => ({ lon: "1e300" }),
  () => ({ lat: null }),
  () => ({ station_id: "" }),
  () => ({ station_id: " \t " }),
  () => ({ datetime: "2999-12-31T23:59:59.999999Z" }),
  () => ({ datetime: "1969-12-31T23:59:59Z" }),
  () => ({ datetime: "yesterday" }),
  () => ({ datetime: "2026-02-30T00:00:00Z" }),
  () => ({ datetime: null }),
  ({ station_id }) => ({ station_id: `${station_id}${"_".repeat(20_000)}` }),
  ({ station_id }) => ({ station_id: `${station_id} Zürich 东京 🌦️ \u202Eabc` }),
  ({ station_id }) => ({ station_id: `${station_id}"; DROP TABLE delivery; --\n<script>'` }),
  ({ station_id }) => ({ station_id: `${station_id}\0end` }),
  () => ({
    air_temperature: null,
    dew_point_temperature: "",
    relative_humidity: " ",
    air_pressure_at_mean_sea_level: "-",
    surface_air_pressure: "inf",
    wind_speed: null,
    wind_from_direction: null,
    precipitation: null,
  }),
];

/** A report of the profile `hostile`: as text throughout, and one in five with cells that nothing may break on. */
export function hostileRow(row: Row, seed: number, station: number, instant: number): Row {
  const text = { ...row, datetime: formatInstant(instant) };
  const draw = chance("hostile", seed, station, instant) / HOSTILE_SHARE;
  return { ...text, ...HOSTILE[Math.floor(draw * HOSTILE.length)]?.(row) };
}

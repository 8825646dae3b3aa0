import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The day of the archive that tests ask for. */
export const ARCHIVE_DAY = "2024-06-01";

const SENSORS = [
  { id: 4711, type: "SDS011", lat: 48.77, lon: 9.18 },
  { id: 4712, type: "SDS011", lat: 50.73, lon: 7.1 },
  { id: 815, type: "BME280", lat: 48.77, lon: 9.18 },
];
const EVERY_MINUTES = 10;

/** Writes a day of the archive's shape: one CSV per sensor. @returns the folder */
export function writeArchive(folder: string, day = ARCHIVE_DAY): string {
  const place = path.join(folder, day);
  mkdirSync(place, { recursive: true });
  for (const sensor of SENSORS) {
    const name = `${day}_${sensor.type.toLowerCase()}_sensor_${sensor.id}.csv`;
    writeFileSync(path.join(place, name), csvOf(sensor, day));
  }
  return folder;
}

function csvOf({ id, type, lat, lon }: (typeof SENSORS)[number], day: string): string {
  const particles = type === "SDS011";
  const fields = particles
    ? "P1;durP1;ratioP1;P2;durP2;ratioP2"
    : "pressure;altitude;pressure_sealevel;temperature;humidity";
  const lines = [`sensor_id;sensor_type;location;lat;lon;timestamp;${fields}`];
  for (let minute = 0; minute < 1440; minute += EVERY_MINUTES) {
    const time = new Date(Date.parse(day) + minute * 60_000).toISOString().slice(0, 19);
    const wave = Math.sin((minute / 1440) * 2 * Math.PI);
    const values = particles
      ? `${(12 + 4 * wave).toFixed(2)};;;${(7 + 2 * wave).toFixed(2)};;`
      : `${(98_000 + 200 * wave).toFixed(2)};;;${(18 - 6 * wave).toFixed(2)};${(55 + 10 * wave).toFixed(2)}`;
    lines.push(`${id};${type};${id % 97};${lat};${lon};${time};${values}`);
  }
  return `${lines.join("\n")}\n`;
}

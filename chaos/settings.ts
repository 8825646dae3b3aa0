import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type pg from "pg";
import { writeArchive } from "../e2e/archive-folder";
import { type ArchiveServer, startArchiveServer } from "../e2e/archive-server";
import { type Micros, parseInstant } from "../server/observation/time";
import { PROFILES_TRIED } from "./operations";

export interface Archive {
  readonly server: ArchiveServer;
  /** First instants of the days that it has. */
  readonly days: readonly Micros[];
  close(): Promise<void>;
}

const DAYS = ["2024-06-01", "2024-06-02", "2024-06-05"];

/** Serves a folder of the archive's shape; without one, some small days of our own. */
export async function openArchive(folder: string | undefined): Promise<Archive> {
  const made =
    folder === undefined ? mkdtempSync(path.join(os.tmpdir(), "ionbeam-chaos-archive-")) : undefined;
  if (made !== undefined) {
    mkdirSync(made, { recursive: true });
    for (const day of DAYS) writeArchive(made, day);
  }
  const root = folder ?? made ?? "";
  const names = readdirSync(root, { recursive: true }).map((name) => path.basename(String(name)));
  const days = names
    .filter((name) => /^\d{4}-\d\d-\d\d$/.test(name))
    .map((name) => parseInstant(`${name}T00:00:00Z`) ?? 0)
    .sort((a, b) => a - b);
  if (days.length === 0) throw new Error(`${root} holds no day of the archive, such as 2024-06-01`);
  const server = await startArchiveServer(root);
  return {
    server,
    days,
    async close() {
      await server.close();
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
    },
  };
}

/** IonCannon with faults of every kind. @param scheduled whether it also collects each minute by itself */
export function settingsYaml(archiveUrl: string, scheduled: boolean): string {
  const schedule = scheduled
    ? `
      - source_name: ioncannon
        window_size: PT1M
        trigger_interval: PT1M
        window_lag: PT0S`
    : " []";
  return `sources:
  ioncannon:
    num_stations: 12
    late_share: 0.1
    duplicate_share: 0.05
    missing_share: 0.05
    implausible_share: 0.02
  sensor_community:
    base_url: ${archiveUrl}
    timeout_seconds: 5
  scheduler:
    windows:${schedule}
`;
}

/** Sources of their own for profiles of IonCannon, which settings cannot name: of one kind they know one. */
export async function addProfiles(client: pg.Client): Promise<void> {
  for (const profile of PROFILES_TRIED)
    await client.query(
      `INSERT INTO source (name, kind, config, enabled, dataset, map_hash, map_version)
       SELECT concat(name, '_', $1::text), kind, config || jsonb_build_object('profile', $1::text), true, dataset, map_hash, map_version
       FROM source WHERE name = 'ioncannon' ON CONFLICT DO NOTHING`,
      [profile],
    );
}

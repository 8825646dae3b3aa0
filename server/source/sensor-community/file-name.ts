/** What the name of a day file says. */
export interface FileName {
  readonly day: string;
  /** Lower case, such as `sds011` or `radiation_sbm-20`. */
  readonly type: string;
  readonly sensor: string;
  readonly indoor: boolean;
}

const SUFFIX = /\.csv(?:\.gz)?$/;

/** Whether a listed name is a day file at all: `measurements.txt` and `sensor_count.txt` are not. */
export function isDayFile(name: string): boolean {
  return SUFFIX.test(name);
}

/** The name without `.csv` or `.csv.gz`: one file's name whichever way it is served at the moment. */
export function stemOf(name: string): string {
  return name.replace(SUFFIX, "");
}

/** The same file's name as it is served once the day has been compressed, or was before. */
export function otherSuffix(name: string): string {
  return name.endsWith(".gz") ? name.slice(0, -".gz".length) : `${name}.gz`;
}

/**
 * Splits `2019-12-02_radiation_sbm-20_sensor_31122_indoor.csv.gz`. Types hold underscores and hyphens, so it is read from the right.
 * @returns undefined for a name of another shape.
 */
export function parseFileName(name: string): FileName | undefined {
  if (!isDayFile(name)) return undefined;
  const stem = stemOf(name);
  const indoor = stem.endsWith("_indoor");
  const bare = indoor ? stem.slice(0, -"_indoor".length) : stem;
  const at = bare.lastIndexOf("_sensor_");
  const sensor = bare.slice(at + "_sensor_".length);
  const head = /^(\d{4}-\d{2}-\d{2})_(.+)$/.exec(bare.slice(0, Math.max(at, 0)));
  const [, day, type] = head ?? [];
  if (at < 0 || !day || !type || !/^\d+$/.test(sensor)) return undefined;
  return { day, type, sensor, indoor };
}

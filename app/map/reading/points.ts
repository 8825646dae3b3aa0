import type { Interval } from "../../../server/observation/interval";
import { type Column, wordAt } from "./column";

/** The columns of one row group that points are made of. */
export interface LoadedGroup {
  readonly rows: number;
  /** Rows of these times are not to be shown. */
  readonly except: readonly Interval[];
  readonly time: Column | undefined;
  readonly lat: Column | undefined;
  readonly lon: Column | undefined;
  /** undefined: the file lacks the variable. */
  readonly value: Column | undefined;
  readonly identity: readonly (Column | undefined)[];
}

/** One point per station: where it was, and its newest value. */
export interface Points {
  readonly labels: readonly string[];
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  /** NaN: no row of it has a value. */
  readonly value: Float64Array;
  /** When the value is of; of a station without one, when it was last heard. µs. */
  readonly time: Float64Array;
  /** Rows of the window that were looked at. */
  readonly observations: number;
  /** Stations that have no position. */
  readonly unplaced: number;
}

/** Makes the points. Of mobile data each place is a point of its own, since its position is part of its identity. */
export class PointMaker {
  private readonly places = new Map<string, number>();
  private readonly labels: string[] = [];
  private readonly lon: number[] = [];
  private readonly lat: number[] = [];
  private readonly value: number[] = [];
  private readonly time: number[] = [];
  private readonly unplaced = new Set<string>();
  private observations = 0;

  constructor(
    private readonly window: Interval,
    private readonly mobile: boolean,
  ) {}

  add(group: LoadedGroup): void {
    const { time, lat, lon, value } = group;
    if (time?.kind !== "number" || lat?.kind !== "number" || lon?.kind !== "number") return;
    const stations = stationsOf(group.identity);
    for (let row = 0; row < group.rows; row += 1) {
      const at = time.values[row] ?? Number.NaN;
      if (!isShown(at, this.window, group.except)) continue;
      this.observations += 1;
      const label = stations(row);
      const [x, y] = [lon.values[row] ?? Number.NaN, lat.values[row] ?? Number.NaN];
      if (!(Math.abs(x) <= 180 && Math.abs(y) <= 90)) {
        this.unplaced.add(label);
        continue;
      }
      const reading = value?.kind === "number" ? (value.values[row] ?? Number.NaN) : Number.NaN;
      this.take(label, this.mobile ? `${label}\n${x}\n${y}` : label, x, y, reading, at);
    }
  }

  points(): Points {
    return {
      labels: this.labels,
      lon: Float64Array.from(this.lon),
      lat: Float64Array.from(this.lat),
      value: Float64Array.from(this.value),
      time: Float64Array.from(this.time),
      observations: this.observations,
      unplaced: [...this.unplaced].filter((label) => !this.places.has(label)).length,
    };
  }

  private take(label: string, name: string, x: number, y: number, reading: number, at: number): void {
    const place = this.places.get(name) ?? this.labels.length;
    if (place === this.labels.length) {
      this.places.set(name, place);
      this.labels.push(label);
    } else if (!isNewer(reading, at, this.value[place], this.time[place])) return;
    this.lon[place] = x;
    this.lat[place] = y;
    this.value[place] = reading;
    this.time[place] = at;
  }
}

/** A value counts more than none, then the later one. */
function isNewer(reading: number, at: number, held = Number.NaN, heldAt = 0): boolean {
  const [here, there] = [!Number.isNaN(reading), !Number.isNaN(held)];
  return here === there ? at > heldAt : here;
}

/** Whether a row's time is asked for and no other file holds what replaced it. */
export function isShown(at: number, window: Interval, except: readonly Interval[]): boolean {
  if (!(at >= window.start && at < window.end)) return false;
  return except.length === 0 || !except.some(({ start, end }) => at >= start && at < end);
}

/** Names the station of each row; the rows of one station stand together, and its name is put together once. */
export function stationsOf(identity: readonly (Column | undefined)[]): (row: number) => string {
  const columns = identity.filter((column) => column !== undefined);
  let last = -1;
  let label = "";
  const raw = (column: Column, row: number) =>
    column.kind === "text" ? column.codes[row] : column.values[row];
  return (row) => {
    if (last >= 0 && columns.every((column) => raw(column, row) === raw(column, last))) return label;
    last = row;
    label = columns.map((column) => wordAt(column, row) ?? "none").join(", ");
    return label;
  };
}

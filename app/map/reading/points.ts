import type { Interval } from "../../../server/observation/interval";
import type { Column } from "./column";
import { Stations } from "./stations";
import { type Texts, TextTable } from "./text-table";

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
  readonly labels: Texts;
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
  private readonly stations = new TextTable();
  /** By station: its newest point + 1, 0 where it has none. Of data that does not move that is the only one. */
  private readonly pointOf: number[] = [];
  /** Of mobile data: points by station and position. */
  private readonly places = new TextTable();
  private readonly place = new Float64Array(3);
  private readonly placeBytes = new Uint8Array(this.place.buffer);
  private readonly stationOf: number[] = [];
  private readonly lon: number[] = [];
  private readonly lat: number[] = [];
  private readonly value: number[] = [];
  private readonly time: number[] = [];
  private readonly lost = new Set<number>();
  private observations = 0;

  constructor(
    private readonly window: Interval,
    private readonly mobile: boolean,
  ) {}

  add({ time, lat, lon, value, identity, rows, except }: LoadedGroup): void {
    if (time?.kind !== "number" || lat?.kind !== "number" || lon?.kind !== "number") return;
    const names = new Stations(identity);
    const [times, xs, ys] = [time.values, lon.values, lat.values];
    const values = value?.kind === "number" ? value.values : undefined;
    let station = -1;
    let before = 0;
    for (let row = 0; row < rows; row += 1) {
      const at = times[row] ?? Number.NaN;
      if (!isShown(at, this.window, except)) continue;
      this.observations += 1;
      // Rows of one station stand together, and its name is looked up once.
      if (station < 0 || !names.areSame(row, before)) station = this.stationNamed(names.name(row));
      before = row;
      const x = xs[row] ?? Number.NaN;
      const y = ys[row] ?? Number.NaN;
      if (x >= -180 && x <= 180 && y >= -90 && y <= 90)
        this.take(station, x, y, values?.[row] ?? Number.NaN, at);
      else this.lost.add(station);
    }
  }

  points(): Points {
    return {
      labels: this.stations.texts(this.stationOf),
      lon: Float64Array.from(this.lon),
      lat: Float64Array.from(this.lat),
      value: Float64Array.from(this.value),
      time: Float64Array.from(this.time),
      observations: this.observations,
      unplaced: [...this.lost].filter((station) => this.pointOf[station] === 0).length,
    };
  }

  private stationNamed(name: Uint8Array): number {
    const station = this.stations.add(name, 0, name.length);
    if (station === this.pointOf.length) this.pointOf.push(0);
    return station;
  }

  private take(station: number, x: number, y: number, reading: number, at: number): void {
    const point = this.mobile ? this.pointAt(station, x, y) : (this.pointOf[station] ?? 0) - 1;
    if (point >= 0 && point < this.lon.length) {
      if (!isNewer(reading, at, this.value[point], this.time[point])) return;
      this.lon[point] = x;
      this.lat[point] = y;
      this.value[point] = reading;
      this.time[point] = at;
      return;
    }
    this.stationOf.push(station);
    this.lon.push(x);
    this.lat.push(y);
    this.value.push(reading);
    this.time.push(at);
    this.pointOf[station] = this.lon.length;
  }

  private pointAt(station: number, x: number, y: number): number {
    this.place[0] = station;
    this.place[1] = x;
    this.place[2] = y;
    return this.places.add(this.placeBytes, 0, this.placeBytes.length);
  }
}

/** A value counts more than none, then the later one. */
function isNewer(reading: number, at: number, held = Number.NaN, heldAt = 0): boolean {
  const here = !Number.isNaN(reading);
  return here === !Number.isNaN(held) ? at > heldAt : here;
}

/** Whether a row's time is asked for and no other file holds what replaced it. */
export function isShown(at: number, window: Interval, except: readonly Interval[]): boolean {
  if (!(at >= window.start && at < window.end)) return false;
  return except.length === 0 || !except.some(({ start, end }) => at >= start && at < end);
}

import type { Interval } from "../../../server/observation/interval";
import { type Box, boxAround, holds } from "./box";
import { wordAt } from "./column";
import type { ColumnReader } from "./column-reader";
import type { Columns } from "./decoder";
import { fitRange } from "./fit-range";
import type { Answers, Asked, PointColumns, StationCell } from "./messages";
import { type Group, nameOf } from "./plan-groups";
import { isShown, type LoadedGroup, PointMaker, type Points } from "./points";
import { stationList } from "./station-list";
import { Stations } from "./stations";
import { sameBytes, textAt } from "./text-table";
import { verticesOf } from "./vertices";

interface Standing {
  readonly groups: readonly Group[];
  readonly window: Interval;
  readonly columns: PointColumns;
  readonly points: Points;
}

/** What the map's worker does: reads, makes points, sorts. It holds the points that are shown. */
export class MapReading {
  private standing: Standing | undefined;
  private turn = 0;

  constructor(private readonly reader: ColumnReader) {}

  async show({ groups: sure, perhaps, window, columns, boxes }: Asked["show"]): Promise<Answers["show"]> {
    this.turn += 1;
    const turn = this.turn;
    const groups = [...sure, ...(await this.meeting(perhaps, columns, boxes))];
    const read = await this.reader.read(groups, pointColumns(columns));
    const maker = new PointMaker(window, columns.mobile);
    groups.forEach((group, place) => {
      maker.add(loaded(group, read[place] ?? new Map(), columns));
    });
    const points = maker.points();
    // Of two that are under way, what was asked for last stands.
    if (turn === this.turn) this.standing = { groups, window, columns, points };
    return {
      vertices: verticesOf(points),
      lon: points.lon.slice(),
      lat: points.lat.slice(),
      value: points.value.slice(),
      time: points.time.slice(),
      labels: points.labels.bytes.slice(),
      ends: points.labels.ends.slice(),
      passedOver: perhaps.filter((group) => !groups.includes(group)).map(nameOf),
      observations: points.observations,
      unplaced: points.unplaced,
      box: boxAround(points.lon, points.lat),
      fit: fitRange(points.value),
      missing: points.value.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
    };
  }

  /**
   * The row groups that have a row in one of the boxes. A group's own box is wide where it lies over a fold of the curve; its positions are a
   * small part of it.
   */
  private async meeting(
    groups: readonly Group[],
    { latitude, longitude }: PointColumns,
    boxes: readonly Box[],
  ): Promise<readonly Group[]> {
    const positions = await this.reader.read(groups, [latitude, longitude]);
    return groups.filter(({ rows }, place) => {
      const [lat, lon] = [positions[place]?.get(latitude), positions[place]?.get(longitude)];
      if (lat?.kind !== "number" || lon?.kind !== "number") return true;
      for (let row = 0; row < rows; row += 1) {
        const [x, y] = [lon.values[row] ?? Number.NaN, lat.values[row] ?? Number.NaN];
        if (boxes.some((box) => holds(box, x, y))) return true;
      }
      return false;
    });
  }

  list({ filter, boxes, order, offset, limit }: Asked["list"]): Answers["list"] {
    const points = this.standing?.points;
    if (!points) return { total: 0, lines: [] };
    const places = stationList(points, filter, boxes, order);
    const lines = Array.from(places.subarray(offset, offset + limit), (place) => ({
      place,
      label: textAt(points.labels, place),
      lon: points.lon[place] ?? Number.NaN,
      lat: points.lat[place] ?? Number.NaN,
      value: points.value[place] ?? Number.NaN,
      time: points.time[place] ?? Number.NaN,
    }));
    return { total: places.length, lines };
  }

  /** Other columns are read only of the row groups that hold the station. */
  async station({ label, extra }: Asked["station"]): Promise<Answers["station"]> {
    const none = { times: new Float64Array(), values: new Float64Array(), newest: [] };
    if (!this.standing) return none;
    const { groups, window, columns } = this.standing;
    const read = await this.reader.read(groups, pointColumns(columns));
    const holding = groups.flatMap((group, place) => {
      const rows = rowsOf(label, loaded(group, read[place] ?? new Map(), columns), window);
      return rows.length > 0 ? [{ group, rows, points: read[place] ?? new Map() }] : [];
    });
    const others = await this.reader.read(
      holding.map(({ group }) => group),
      extra,
    );
    const rows = holding
      .flatMap(({ rows, points }, place) =>
        rows.map((row) => ({
          row,
          points,
          extra: others[place] ?? new Map(),
          at: at(points, columns.time, row),
        })),
      )
      .sort((a, b) => a.at - b.at);
    return {
      times: Float64Array.from(rows, (each) => each.at),
      values: Float64Array.from(rows, (each) => at(each.points, columns.variable, each.row)),
      newest: extra.flatMap((name) => {
        const found = rows.findLast((each) => cell(each.extra, name, each.row) !== null);
        return found ? [{ name, value: cell(found.extra, name, found.row), time: found.at }] : [];
      }),
    };
  }

  /** Nothing is read of it but what tells stations, times and values. */
  async series({ label, groups, time }: Asked["series"]): Promise<Answers["series"]> {
    const columns = this.standing?.columns;
    if (!columns) return { times: new Float64Array(), values: new Float64Array() };
    const read = await this.reader.read(groups, [columns.time, ...columns.identity, columns.variable]);
    const rows = groups
      .flatMap((group, place) => {
        const points = read[place] ?? new Map();
        return rowsOf(label, loaded(group, points, columns), time).map((row) => ({
          at: at(points, columns.time, row),
          value: at(points, columns.variable, row),
        }));
      })
      .sort((a, b) => a.at - b.at);
    return {
      times: Float64Array.from(rows, (each) => each.at),
      values: Float64Array.from(rows, ({ value }) => value),
    };
  }
}

function pointColumns({ time, latitude, longitude, identity, variable }: PointColumns): readonly string[] {
  return [...new Set([time, latitude, longitude, ...identity, variable])];
}

function loaded({ rows, except }: Group, read: Columns, columns: PointColumns): LoadedGroup {
  return {
    rows,
    except,
    time: read.get(columns.time),
    lat: read.get(columns.latitude),
    lon: read.get(columns.longitude),
    value: read.get(columns.variable),
    identity: columns.identity.map((name) => read.get(name)),
  };
}

function rowsOf(label: string, group: LoadedGroup, window: Interval): readonly number[] {
  const { time, rows, except } = group;
  if (time?.kind !== "number") return [];
  const stations = new Stations(group.identity);
  const wanted = new TextEncoder().encode(label);
  const found: number[] = [];
  let isWanted = false;
  for (let row = 0; row < rows; row += 1) {
    if (row === 0 || !stations.areSame(row, row - 1)) {
      const name = stations.name(row);
      isWanted = sameBytes(name, 0, name.length, wanted, 0, wanted.length);
    }
    if (isWanted && isShown(time.values[row] ?? Number.NaN, window, except)) found.push(row);
  }
  return found;
}

function at(read: Columns, name: string, row: number): number {
  const column = read.get(name);
  return column?.kind === "number" ? (column.values[row] ?? Number.NaN) : Number.NaN;
}

function cell(read: Columns, name: string, row: number): StationCell {
  const column = read.get(name);
  if (!column) return null;
  if (column.kind === "text") return wordAt(column, row) ?? null;
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

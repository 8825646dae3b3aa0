import { chance } from "./hash";
import { areaOf, type Box, clipBox, heightAt, LAND } from "./land";

export interface Station {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** `SYNTH_00001` and on. */
  readonly id: string;
  readonly lat: number;
  readonly lon: number;
  /** Metres above sea. */
  readonly altitude: number;
}

/**
 * The network: station n is a function of seed and bounds only, so that a larger network keeps the smaller one's stations. Positions are even over
 * the land inside the bounds; bounds without any land that IonCannon knows are used whole.
 */
export function* stationsIn(seed: number, count: number, bounds: Box): Generator<Station> {
  const land = LAND.map((box) => clipBox(box, bounds)).filter((box) => box !== undefined);
  const boxes: readonly Box[] = land.length > 0 ? land : [bounds];
  const areas = boxes.map(areaOf);
  const total = areas.reduce((sum, area) => sum + area, 0);
  for (let index = 0; index < count; index++) yield stationAt(seed, index, boxes, areas, total);
}

function stationAt(
  seed: number,
  index: number,
  boxes: readonly Box[],
  areas: readonly number[],
  total: number,
): Station {
  let rest = chance("area", seed, index) * total;
  let picked = areas.findIndex((area) => {
    rest -= area;
    return rest < 0;
  });
  if (picked < 0) picked = boxes.length - 1;
  const [south, north, west, east] = boxes[picked] ?? [0, 0, 0, 0];
  const lat = within(south, north, chance("latitude", seed, index));
  const lon = within(west, east, chance("longitude", seed, index));
  return {
    index,
    id: `SYNTH_${String(index + 1).padStart(5, "0")}`,
    lat,
    lon,
    altitude: heightAt(lat, lon),
  };
}

/** Five decimals (about a metre), never rounded across an edge. */
function within(low: number, high: number, share: number): number {
  const value = Math.round((low + share * (high - low)) * 1e5) / 1e5;
  return Math.min(high, Math.max(low, value));
}

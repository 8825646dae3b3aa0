import {
  Map as GlMap,
  LngLatBounds,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import { baseMap, repainted, type Scheme } from "./base-map";
import { nearestPoint } from "./nearest-point";
import { type Paint, PointsLayer, sizeAt } from "./points-layer";
import type { Box } from "./reading/box";
import type { Shown } from "./reading/messages";
import { VERTEX } from "./reading/vertices";

/** How near to a point's edge the pointer must be, CSS pixels. */
const REACH = 6;
/** Deeper, what is drawn would be finer than positions are. */
const DEEPEST = 16;

export interface View {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

export interface MapEvents {
  /** After each move. `by` is `person` where somebody moved the map. */
  readonly moved: (view: View, bounds: Box, by: "person" | "program") => void;
  /** The point under the pointer, and where in the picture it is; undefined: none. */
  readonly over: (place: number | undefined, x: number, y: number) => void;
  readonly picked: (place: number | undefined) => void;
}

/** The picture: land, borders and all points, by MapLibre. */
export class StationMap {
  private readonly map: GlMap;
  private readonly layer = new PointsLayer();
  private shown: Shown | undefined;
  private paint: Paint | undefined;
  private ready = false;
  private waiting: (() => void)[] = [];

  constructor(container: HTMLElement, view: View | undefined, scheme: Scheme, events: MapEvents) {
    setWorkerUrl("/maplibre/maplibre-gl-worker.mjs");
    this.map = new GlMap({
      container,
      style: baseMap(scheme),
      center: view ? [view.lon, view.lat] : [10, 48],
      zoom: view?.zoom ?? 2,
      maxZoom: DEEPEST,
      attributionControl: false,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      maxPitch: 0,
      fadeDuration: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.map.on("style.load", () => {
      this.map.addLayer(this.layer);
      this.ready = true;
      for (const each of this.waiting.splice(0)) each();
    });
    // A person's move has an event of the browser behind it; a fit, or a page that changes its size, has none. The end of a turn of the wheel comes
    // by itself, when the picture has come to rest.
    let turned = false;
    this.map.on("wheel", () => {
      turned = true;
    });
    this.map.on("moveend", (event) => {
      const person = turned || Boolean(event.originalEvent);
      turned = false;
      events.moved(this.view(), this.bounds(), person ? "person" : "program");
    });
    this.listen(events);
  }

  show(shown: Shown | undefined): void {
    this.shown = shown;
    this.layer.show(shown?.vertices ?? new Float32Array());
  }

  setPaint(paint: Paint): void {
    const before = this.paint;
    this.paint = paint;
    this.layer.setPaint(paint);
    // Another outline is cut into tiles and drawn by several pictures more.
    if (before?.box === paint.box) return;
    this.afterStyle(() => {
      const source = this.map.getSource("box");
      if (source && "setData" in source)
        (source as unknown as { setData(data: GeoJSON.GeoJSON): void }).setData(outline(paint.box));
    });
  }

  setScheme(scheme: Scheme): void {
    this.afterStyle(() => {
      for (const [layer, property, colour] of repainted(scheme))
        this.map.setPaintProperty(layer, property as "fill-color", colour);
    });
  }

  /** Moves to where all of a box is seen. */
  fit([west, south, east, north]: Box): void {
    this.map.fitBounds(new LngLatBounds([west, south], [east, north]), {
      padding: 40,
      maxZoom: 9,
      animate: false,
    });
  }

  bounds(): Box {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  view(): View {
    const { lng, lat } = this.map.getCenter();
    return { lon: lng, lat, zoom: this.map.getZoom() };
  }

  /** The picture as it stands, drawn once more: a graphics card keeps none. */
  picture(): Promise<ImageBitmap> {
    return new Promise((resolve, reject) => {
      this.map.once("render", () => createImageBitmap(this.map.getCanvas()).then(resolve, reject));
      this.map.triggerRepaint();
    });
  }

  end(): void {
    this.map.remove();
  }

  private listen({ over, picked }: MapEvents): void {
    let asked: number | undefined;
    this.map.on("mousemove", (event) => {
      // Once per picture is enough.
      if (asked !== undefined) cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        asked = undefined;
        const place = this.at(event);
        this.map.getCanvas().style.cursor = place === undefined ? "" : "pointer";
        over(place, event.point.x, event.point.y);
      });
    });
    this.map.on("mouseout", () => over(undefined, 0, 0));
    this.map.on("click", (event) => picked(this.at(event)));
  }

  private at({ lngLat }: MapMouseEvent): number | undefined {
    if (!this.shown || !this.paint) return undefined;
    const zoom = this.map.getZoom();
    const pixels = sizeAt(zoom, this.shown.vertices.length / VERTEX) / 2 + REACH;
    return nearestPoint(this.shown, this.paint, lngLat.lng, lngLat.lat, pixels / (512 * 2 ** zoom));
  }

  private afterStyle(act: () => void): void {
    if (this.ready) act();
    else this.waiting.push(act);
  }
}

function outline(box: Box | undefined): GeoJSON.GeoJSON {
  if (!box) return { type: "FeatureCollection", features: [] };
  const [west, south, east, north] = box;
  const corners = [west, south, east, south, east, north, west, north, west, south];
  const ring = [0, 2, 4, 6, 8].map((at) => [corners[at] ?? 0, corners[at + 1] ?? 0]);
  return { type: "LineString", coordinates: ring };
}

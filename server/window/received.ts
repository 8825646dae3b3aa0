/** What deliveries brought to a window, whether or not it is built yet (SEMANTICS 4, *Complete*); withdrawn ones do not count. */
export interface Received {
  readonly deliveries: number;
  readonly rows: number;
  /** Stations of the delivery with the most: deliveries share stations, so that of several it is the least there can be. */
  readonly stationsAtLeast: number;
}

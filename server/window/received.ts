interface Answer {
  readonly rows: number;
  readonly stations: number;
  readonly withdrawn: boolean;
}

/** What deliveries brought to a window, whether or not it is built yet. */
export interface Received {
  readonly deliveries: number;
  readonly rows: number;
  /** Stations of the delivery with the most: deliveries share stations, so that of several it is the least there can be. */
  readonly stationsAtLeast: number;
}

/** What came for a window (SEMANTICS 4, *Complete*); withdrawn deliveries do not count. */
export function receivedOf(answers: readonly Answer[]): Received {
  const kept = answers.filter(({ withdrawn }) => !withdrawn);
  return {
    deliveries: kept.length,
    rows: kept.reduce((sum, { rows }) => sum + rows, 0),
    stationsAtLeast: Math.max(0, ...kept.map(({ stations }) => stations)),
  };
}

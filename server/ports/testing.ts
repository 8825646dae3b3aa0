import type { Dataset } from "./catalog";

/** A dataset for tests: hourly windows that settle at once, one station column, nothing personal. */
export function datasetFor(name: string, change: Partial<Dataset> = {}): Dataset {
  return {
    metadata: {
      name,
      description: "",
      aggregation_span: "PT1H",
      source_links: [],
      keywords: [],
      subject_to_change_window: "PT0S",
    },
    identity: ["station_id"],
    mobile: false,
    personal: [],
    floor: 0,
    settings: { subjectToChange: 0, policy: { kind: "wait" } },
    licence: "",
    attribution: "",
    synthetic: false,
    ...change,
  };
}

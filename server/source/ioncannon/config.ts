import { z } from "zod";
import { Duration } from "../../observation/model";
import { parseDuration, SECOND } from "../../observation/time";
import { PROFILES } from "./profiles";

const share = (title: string, description: string, standard: number) =>
  z.number().min(0).max(1).default(standard).meta({ title, description });

const degrees = (title: string, limit: number, standard: number) =>
  z.number().min(-limit).max(limit).default(standard).meta({ title });

const Bounds = z
  .object({
    min_lat: degrees("South", 90, 35),
    max_lat: degrees("North", 90, 71),
    min_lon: degrees("West", 180, -11),
    max_lon: degrees("East", 180, 35),
  })
  .refine(({ min_lat, max_lat }) => min_lat < max_lat, {
    path: ["max_lat"],
    message: "north must be greater than south",
  })
  .refine(({ min_lon, max_lon }) => min_lon < max_lon, {
    path: ["max_lon"],
    message: "east must be greater than west",
  });

/** IonCannon's configuration: the seed's keys, then ours. */
export const IoncannonConfig = z.object({
  data_path: z.string().optional().meta({
    title: "Data path",
    description: "Accepted from older configurations; has no effect, payloads go to the file store",
  }),
  num_stations: z.number().int().min(1).max(200_000).default(400).meta({
    title: "Stations",
    description: "How many stations report",
  }),
  measurement_frequency: Duration.refine((text) => (parseDuration(text) ?? 0) >= SECOND, {
    message: "stations report at most once a second: give a duration of PT1S or more",
  })
    .default("PT10M")
    .meta({
      title: "Time between reports",
      description: "ISO 8601 duration; reports are of whole multiples of it since 1970-01-01T00:00:00Z",
    }),
  geographic_bounds: Bounds.prefault({}).meta({
    title: "Area",
    description: "Degrees. Stations stand on European land inside it",
  }),
  seed: z.number().int().min(0).max(4_294_967_295).default(1).meta({
    title: "Seed",
    description: "The same seed gives the same stations and the same weather",
  }),
  profile: z
    .enum(PROFILES)
    .default("steady")
    .meta({
      title: "Behaviour",
      description: [
        "How the network behaves; the shares below come on top.",
        "steady: every station reports on time.",
        "burst: nothing until the hour, then an hour's reports of all stations at once; a collection of an hour or more has them in their own time.",
        "late: three in ten reports arrive 20 minutes, 2 hours or 26 hours after their time, whatever the size of the collection.",
        "gaps: stations are silent for six hours on end, and the whole network for an hour.",
        "duplicates: reports come twice, once more with another value, or again 20 minutes later.",
        "drift: thermometers, barometers and clocks run away between services, and one clock in fifty has the wrong time zone.",
        "outage: every second range is left without an answer up to three times.",
        "hostile: text throughout; one report in five has an impossible time, place, identity or value.",
      ].join(" "),
    }),
  late_share: share(
    "Late",
    "Part of the reports that arrive 20 minutes after their time, 0 to 1; a collection of 20 minutes or more has them all",
    0.01,
  ),
  duplicate_share: share("Doubled", "Part of the reports that are sent twice, 0 to 1", 0),
  missing_share: share("Missing", "Part of the values that are missing, 0 to 1", 0),
  implausible_share: share(
    "Implausible",
    "Part of the reports with one impossible value or the position 0, 0; 0 to 1",
    0,
  ),
  unsorted: z.boolean().default(false).meta({
    title: "Unsorted",
    description: "Reports come in no order, neither by station nor by time",
  }),
});
export type IoncannonConfig = z.infer<typeof IoncannonConfig>;

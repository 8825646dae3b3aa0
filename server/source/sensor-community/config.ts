import { z } from "zod";

/** Configuration of the archive, with the keys of the Python Ionbeam's YAML. */
export const SensorCommunityConfig = z.object({
  base_url: z
    .url({ protocol: /^https?$/, error: "an address that begins with http:// or https://" })
    .default("https://archive.sensor.community")
    .meta({
      title: "Archive",
      description: "Address of the archive of day files. A mirror with the same folders works too.",
    }),
  timeout_seconds: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .meta({ title: "Time-out (s)", description: "Longest wait for one file." }),
  concurrency: z.number().int().min(1).max(32).default(10).meta({
    title: "Requests at once",
    description: "A day has about 19 000 small files. The archive has stood 6 to 10 at once without trouble.",
  }),
  data_path: z.string().optional().meta({
    title: "Data path",
    description: "Accepted from older configurations; has no effect: files live in the data folder.",
  }),
  use_cache: z.boolean().optional().meta({
    title: "Use cache",
    description:
      "Accepted from older configurations; has no effect: a run that is tried again always finds what it fetched, a new run always asks anew.",
  }),
});
export type SensorCommunityConfig = z.infer<typeof SensorCommunityConfig>;

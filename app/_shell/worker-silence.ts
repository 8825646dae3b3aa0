import { type Micros, SECOND } from "../../server/observation/time";

/** The worker asks its database something every two seconds. */
export const SILENT_AFTER: Micros = 20 * SECOND;

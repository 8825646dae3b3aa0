import type { ProjectionPlugin } from "./plugin";
import { pygeoapi } from "./pygeoapi";

/** All kinds of projections. Adding one is a folder and a line here. */
export const projectionPlugins: readonly ProjectionPlugin[] = [pygeoapi];

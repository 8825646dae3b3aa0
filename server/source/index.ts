import { ioncannon } from "./ioncannon";
import type { SourcePlugin } from "./plugin";
import { sensorCommunity } from "./sensor-community";

/** All kinds of sources. Adding one is a folder and a line here. */
export const sourcePlugins: readonly SourcePlugin[] = [ioncannon, sensorCommunity];

import {
  type ConfigureProjection,
  type ConfigureProjectionPorts,
  configureProjection,
  projectionConfiguration,
  setProjectionEnabled,
} from "./configure";
import {
  type ProjectionVerbPorts,
  type ProjectRange,
  type RetryProjection,
  retryProjection,
  wantProjection,
} from "./verbs";

/** What a person may ask of projections. */
export function projectionVerbs(ports: ConfigureProjectionPorts & ProjectionVerbPorts) {
  return {
    projectionConfiguration: (name: string) => projectionConfiguration(name, ports),
    configureProjection: (request: ConfigureProjection) => configureProjection(request, ports),
    projectRange: (request: ProjectRange) => wantProjection(request, ports),
    retryProjection: (request: RetryProjection) => retryProjection(request, ports),
    setProjectionEnabled: (request: { name: string; enabled: boolean }) =>
      setProjectionEnabled(request, ports),
  };
}

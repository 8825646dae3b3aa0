/** One column of a canonical file, as the manifest lists it. */
export interface CanonicalColumn {
  readonly name: string;
  readonly role: "time" | "latitude" | "longitude" | "variable" | "metadata";
  readonly dtype: string;
  readonly standardName?: string;
  readonly unit?: string;
  readonly level?: number;
  readonly method?: string;
  readonly period?: string;
  /** Whether CF's table knows the standard name. */
  readonly cf?: boolean;
}

import type { Column } from "./column";
import type { Group } from "./plan-groups";

/** Columns by their names. */
export type Columns = ReadonlyMap<string, Column>;

/** Reads columns of a row group, here or elsewhere. */
export interface Decoder {
  /**
   * @returns the columns by name; one that the file lacks is not there
   * @throws Gone when the file is not there any more
   */
  decode(group: Group, names: readonly string[]): Promise<Columns>;
}

/** Why a delivery of a sealed window is left as it is (SEMANTICS 4, *Sealed*). */
export function sealedText(what: "withdrawn" | "restored" | "ingested again"): string {
  return `this delivery cannot be ${what}: a window with rows of it is sealed, which means that points there are deleted together with their payloads, so that the window cannot be built again`;
}

export const PAYLOAD_DELETED =
  "this delivery cannot be ingested again: its payload is deleted; collect the range again to get a new one";

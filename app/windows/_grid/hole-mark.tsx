/** The dashed line of a hole, as the canvas paints it; its word stands beside it. */
export function HoleMark() {
  return <span aria-hidden="true" className="w-4 shrink-0 border-t border-dashed border-edge" />;
}

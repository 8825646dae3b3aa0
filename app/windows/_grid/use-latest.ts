"use client";

import { useCallback, useRef } from "react";

/** A function that stays the same and does what the last one given does: what is handed it need not be drawn again. For events only. */
export function useLatest<Of extends readonly unknown[]>(act: (...of: Of) => void): (...of: Of) => void {
  const latest = useRef(act);
  latest.current = act;
  return useCallback((...of: Of) => latest.current(...of), []);
}

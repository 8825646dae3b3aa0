"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { type MapAddress, readAddress, writeAddress } from "./map-address";

/** The map's state, which stands in the address, and the way to change parts of it; `undefined` takes a part away. */
export function useMapAddress(): readonly [MapAddress, (changed: Partial<MapAddress>) => void] {
  const parameters = useSearchParams();
  const address = useMemo(() => readAddress(new URLSearchParams(parameters)), [parameters]);
  const set = useCallback((changed: Partial<MapAddress>) => {
    // Of the moment, not of the last drawing: two changes may come at once.
    const now = readAddress(new URLSearchParams(window.location.search));
    const text = writeAddress({ ...now, ...changed });
    window.history.replaceState(null, "", text === "" ? "/map" : `/map?${text}`);
  }, []);
  return [address, set];
}

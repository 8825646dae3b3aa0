"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";

/** Values by name; an empty one is left out of the address. */
export type AddressChange = Readonly<Record<string, string>>;

/**
 * What stands behind the question mark. Views are changed without asking the server for a page: the address alone is written.
 * `push` is a step that Back undoes, `replace` is none.
 */
export function useAddress() {
  const told = useSearchParams();
  const own = usePathname();
  // The router tells of a changed address a little later, and a box that was ticked would be seen empty meanwhile.
  const [search, setSearch] = useState(() => told.toString());
  // biome-ignore lint/correctness/useExhaustiveDependencies: being told says when to look, the address says what stands
  useEffect(() => setSearch(window.location.search.slice(1)), [told]);
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback(
    (changed: AddressChange, how: "push" | "replace") => {
      const { pathname, search } = window.location;
      // Somebody has gone elsewhere already.
      if (pathname !== own) return;
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changed)) {
        if (value === "") next.delete(name);
        else next.set(name, value);
      }
      const address = next.size === 0 ? pathname : `${pathname}?${next}`;
      if (address === `${pathname}${search}`) return;
      setSearch(next.toString());
      if (how === "push") window.history.pushState(null, "", address);
      else window.history.replaceState(null, "", address);
    },
    [own],
  );
  return { parameters, change };
}

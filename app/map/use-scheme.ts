"use client";

import { useSyncExternalStore } from "react";
import type { Scheme } from "./base-map";

const DARK = "(prefers-color-scheme: dark)";

function listen(told: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener("change", told);
  return () => query.removeEventListener("change", told);
}

/** Whether the page is light or dark, followed as it changes. */
export function useScheme(): Scheme {
  return useSyncExternalStore(
    listen,
    () => (matchMedia(DARK).matches ? "dark" : "light"),
    () => "light",
  );
}

"use client";

import { useEffect, useRef, useState } from "react";

/** A value that changes at most every `everyMs`: at once after a rest, and in the end the last one. `key` tells values apart. */
export function usePaced<Value>(value: Value, key: string, everyMs: number): Value {
  const [paced, setPaced] = useState({ value, key });
  const changed = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: values of the same key are the same
  useEffect(() => {
    if (paced.key === key) return;
    const wait = Math.max(0, changed.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      changed.current = performance.now();
      setPaced({ value, key });
    }, wait);
    return () => clearTimeout(timer);
  }, [key, paced.key, everyMs]);
  return paced.value;
}

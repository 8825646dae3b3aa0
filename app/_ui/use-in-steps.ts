"use client";

import { useEffect, useMemo, useRef, useState } from "react";

/**
 * Pure: the rows to show next on the way to those that are wanted.
 * @param most so many rows that were not there are brought at once
 * @returns from the top the wanted ones, below them what was shown, in its order, so that no row is moved only to go later; in the end `wanted` itself
 */
export function nextRows<Row>(
  shown: readonly Row[],
  wanted: readonly Row[],
  keyOf: (row: Row) => string,
  most: number,
): readonly Row[] {
  const there = new Set(shown.map(keyOf));
  let fresh = 0;
  const end = wanted.findIndex((row) => !there.has(keyOf(row)) && ++fresh > most);
  if (end === -1) return wanted;
  const brought = wanted.slice(0, end);
  const own = new Set(brought.map(keyOf));
  const below = shown.slice(shown.findLastIndex((row) => own.has(keyOf(row))) + 1);
  // What nobody wants gives up its place first.
  const later = new Set(wanted.slice(end).map(keyOf));
  let over = brought.length + below.length - wanted.length;
  const left = below.filter((row) => later.has(keyOf(row)) || over-- <= 0);
  return [...brought, ...left].slice(0, wanted.length);
}

/** Rows of a long list, brought a few each frame: drawn and laid out at once, fifty rows hold up everything else on the page. */
export function useInSteps<Row>(
  wanted: readonly Row[],
  keyOf: (row: Row) => string,
  most: number,
): readonly Row[] {
  const shown = useRef<readonly Row[]>([]);
  const [step, setStep] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step starts from what the last one showed
  const rows = useMemo(() => nextRows(shown.current, wanted, keyOf, most), [wanted, keyOf, most, step]);
  useEffect(() => {
    shown.current = rows;
    if (rows === wanted) return;
    const frame = requestAnimationFrame(() => setStep((last) => last + 1));
    return () => cancelAnimationFrame(frame);
  }, [rows, wanted]);
  return rows;
}

/** Chance from a seed: the same seed draws the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [from, to], both included. */
  between(from: number, to: number): number;
  /** Whether something of this share, 0 to 1, happens. */
  happens(share: number): boolean;
  /** One of a list that is not empty. */
  pick<Value>(list: readonly Value[]): Value;
  /** One of a list, by weight. */
  weighted<Value>(list: readonly (readonly [weight: number, value: Value])[]): Value;
  /** The list in another order. */
  shuffled<Value>(list: readonly Value[]): Value[];
}

/** Mulberry32 over a seed; `purpose` keeps the draws of one part apart from those of another. */
export function randomOf(seed: number, purpose: string): Random {
  let state = seed | 0;
  for (const character of purpose) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const pick = <Value>(list: readonly Value[]): Value => list[between(0, list.length - 1)] as Value;
  return {
    next,
    between,
    pick,
    happens: (share) => next() < share,
    weighted: (list) => {
      let left = next() * list.reduce((sum, [weight]) => sum + weight, 0);
      const found = list.find(([weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? list[list.length - 1])?.[1] as never;
    },
    shuffled: (list) => {
      const rest = [...list];
      return list.map(() => rest.splice(between(0, rest.length - 1), 1)[0] as never);
    },
  };
}

/**
 * All chance in IonCannon: a hash of what the number is for, so that the same question has the same answer in every run and every process, in any
 * order. Murmur3's mixing on 32-bit words.
 * @param words whole numbers, up to 2^53
 * @returns a number in [0, 1)
 */
export function chance(purpose: Purpose, ...words: readonly number[]): number {
  let hash: number = PURPOSES[purpose];
  for (const word of words) {
    hash = mixed(hash, word | 0);
    hash = mixed(hash, Math.floor(word / 4_294_967_296) | 0);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 4_294_967_296;
}

const PURPOSES = {
  area: 1,
  latitude: 2,
  longitude: 3,
  order: 4,
  wave: 5,
  noise: 6,
  late: 7,
  duplicate: 8,
  missing: 9,
  implausible: 10,
  which: 11,
  delay: 12,
  gap: 13,
  silence: 14,
  conflict: 15,
  again: 16,
  drift: 17,
  outage: 18,
  hostile: 19,
} as const;
export type Purpose = keyof typeof PURPOSES;

function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const next = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

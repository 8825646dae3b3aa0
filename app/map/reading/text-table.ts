/** Texts as one run of UTF-8, which can be handed over: the one of place i ends at `ends[i]`. */
export interface Texts {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** @returns the empty text where there is none at that place */
export function textAt(texts: Texts, place: number): string {
  return new TextDecoder().decode(bytesAt(texts, place));
}

/** The bytes of one text; none where there is none at that place. */
export function bytesAt({ bytes, ends }: Texts, place: number): Uint8Array {
  return bytes.subarray(...spanOf(ends, place));
}

/** The place of a text; -1 where it is not there. */
export function placeOf({ bytes, ends }: Texts, text: string): number {
  const wanted = new TextEncoder().encode(text);
  for (let place = 0; place < ends.length; place += 1) {
    const [start, end] = spanOf(ends, place);
    if (end - start === wanted.length && wanted.every((byte, i) => byte === bytes[start + i])) return place;
  }
  return -1;
}

function spanOf(ends: Uint32Array, place: number): readonly [start: number, end: number] {
  return [ends[place - 1] ?? 0, ends[place] ?? 0];
}

/**
 * Gives each text a place, the same one for the same text. It works on bytes: to make strings of a hundred thousand names takes longer than to read the
 * million rows that they stand in.
 */
export class TextTable {
  private bytes = new Uint8Array(1024);
  private ends = new Uint32Array(64);
  /** Place + 1 by hash, 0 where there is none; open addressing. */
  private slots = new Int32Array(256);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** The place of the text that stands in `from[start, end)`; a new one comes last. */
  add(from: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(from, start, end) & mask;
    for (let taken = this.slots[slot] ?? 0; taken > 0; taken = this.slots[slot] ?? 0) {
      if (this.is(taken - 1, from, start, end)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = this.count + 1;
    return this.append(from, start, end);
  }

  /** The bytes of one text, to be read at once. */
  private bytesAt(place: number): Uint8Array {
    return this.bytes.subarray(...spanOf(this.ends, place));
  }

  /** All texts, or those of some places in their order. */
  texts(places?: ArrayLike<number>): Texts {
    if (places === undefined) {
      const ends = this.ends.slice(0, this.count);
      return { bytes: this.bytes.slice(0, ends.at(-1) ?? 0), ends };
    }
    const ends = new Uint32Array(places.length);
    let length = 0;
    for (let i = 0; i < places.length; i += 1) {
      const [start, end] = spanOf(this.ends, places[i] ?? 0);
      length += end - start;
      ends[i] = length;
    }
    const bytes = new Uint8Array(length);
    for (let i = 0; i < places.length; i += 1) bytes.set(this.bytesAt(places[i] ?? 0), ends[i - 1] ?? 0);
    return { bytes, ends };
  }

  private is(place: number, from: Uint8Array, start: number, end: number): boolean {
    const own = place === 0 ? 0 : (this.ends[place - 1] ?? 0);
    return sameBytes(this.bytes, own, this.ends[place] ?? 0, from, start, end);
  }

  private append(from: Uint8Array, start: number, end: number): number {
    const place = this.count;
    const own = place === 0 ? 0 : (this.ends[place - 1] ?? 0);
    const ownEnd = own + end - start;
    if (ownEnd > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(ownEnd * 2));
    if (place >= this.ends.length) this.ends = grown(this.ends, new Uint32Array(place * 2));
    for (let i = 0; i < end - start; i += 1) this.bytes[own + i] = from[start + i] ?? 0;
    this.ends[place] = ownEnd;
    this.count += 1;
    if (this.count * 2 > this.slots.length) this.rehash();
    return place;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let place = 0; place < this.count; place += 1) {
      const [start, end] = spanOf(this.ends, place);
      let slot = hashOf(this.bytes, start, end) & mask;
      while ((this.slots[slot] ?? 0) > 0) slot = (slot + 1) & mask;
      this.slots[slot] = place + 1;
    }
  }
}

export function sameBytes(
  a: Uint8Array,
  start: number,
  end: number,
  b: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (end - start !== to - from) return false;
  // The names of neighbours differ at their ends.
  for (let i = to - from - 1; i >= 0; i -= 1) if (a[start + i] !== b[from + i]) return false;
  return true;
}

/** FNV-1a, 32 bits, its bits mixed once more since only the lowest are used. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

function grown<A extends Uint8Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

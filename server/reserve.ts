/** How much of a disk is kept free: so many bytes, or such a part of the disk. */
export type Reserve =
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "share"; readonly share: number };

const MIB = 1024 ** 2;
const UNITS: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: MIB,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Of a disk that nobody spoke of: 5%, at least 256 MiB (some files of PostgreSQL's journal), at most 2 GiB. */
const STANDARD = { share: 0.05, least: 256 * MIB, most: 2048 * MIB };

/** `2GiB`, `500 MB` or `5%`; undefined for what is none of these. */
export function parseReserve(text: string): Reserve | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  if (percent !== undefined)
    return Number(percent) < 100 ? { kind: "share", share: Number(percent) / 100 } : undefined;
  const bytes = parseBytes(text);
  return bytes === undefined ? undefined : { kind: "bytes", bytes };
}

/** `2GiB` or `500 MB`; undefined for what is no number with such a unit. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b)$/i.exec(text.trim()) ?? [];
  return number === undefined
    ? undefined
    : Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
}

/** @param total bytes of the disk */
export function reserveBytes(reserve: Reserve | undefined, total: number): number {
  if (reserve?.kind === "bytes") return reserve.bytes;
  if (reserve) return Math.round(reserve.share * total);
  return Math.min(STANDARD.most, Math.max(STANDARD.least, Math.round(STANDARD.share * total)));
}

/** `1.5 GiB`, `300 MiB`: at most one decimal. */
export function bytesText(bytes: number): string {
  const [unit, size] =
    bytes >= 1024 ** 3
      ? (["GiB", 1024 ** 3] as const)
      : bytes >= MIB
        ? (["MiB", MIB] as const)
        : (["KiB", 1024] as const);
  return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
}

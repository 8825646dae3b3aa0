import {
  Archive,
  Database,
  Grid3x3,
  History,
  House,
  Inbox,
  type LucideIcon,
  Map as MapIcon,
  RadioTower,
  RotateCw,
  Settings,
  Share2,
  Wrench,
} from "lucide-react";

export interface Place {
  readonly href: string;
  readonly name: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
}

/** The rail: the nouns in the order of the data. */
export const LINE: readonly Place[] = [
  { href: "/", name: "Home", icon: House, key: "h" },
  { href: "/sources", name: "Sources", icon: RadioTower, key: "s" },
  { href: "/ingests", name: "Ingests", icon: Inbox, key: "i" },
  { href: "/windows", name: "Windows", icon: Grid3x3, key: "w" },
  { href: "/datasets", name: "Datasets", icon: Database, key: "d" },
  { href: "/projections", name: "Projections", icon: Share2, key: "p" },
  { href: "/map", name: "Map", icon: MapIcon, key: "m" },
];

/** Below it: what keeps the line in order. */
export const UPKEEP: readonly Place[] = [
  { href: "/reprocess", name: "Reprocess", icon: RotateCw, key: "r" },
  { href: "/dead-letters", name: "Dead letters", icon: Archive, key: "l" },
  { href: "/audit", name: "Audit", icon: History, key: "a" },
  { href: "/operations", name: "Operations", icon: Wrench, key: "o" },
  { href: "/settings", name: "Settings", icon: Settings, key: "t" },
];

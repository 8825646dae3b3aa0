import { expect, it } from "vitest";
import { type ClickedLink, type ClickKeys, leavesPage } from "./way-out";

const HERE = "http://ionbeam.example/sources/off?tab=1";
const PLAIN: ClickKeys = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
const leaves = (href: string, link: Partial<ClickedLink> = {}, keys: Partial<ClickKeys> = {}) =>
  leavesPage({ href, target: "", download: false, ...link }, { ...PLAIN, ...keys }, HERE);

it.each(["http://ionbeam.example/map", "/map?dataset=off", "/sources/off/variables"])(
  "%s is another page",
  (href) => expect(leaves(href)).toBe(true),
);

it.each([
  ["another view of the page", leaves("/sources/off?tab=2")],
  ["a place on the page", leaves("http://ionbeam.example/sources/off?tab=1#content")],
  ["out of the app, where the browser asks", leaves("https://elsewhere.example/map")],
  ["a mail", leaves("mailto:a@b.example")],
  ["another tab", leaves("/map", { target: "_blank" })],
  ["another tab, by a key", leaves("/map", {}, { ctrlKey: true })],
  ["another tab, by the middle button", leaves("/map", {}, { button: 1 })],
  ["a file", leaves("/files/a.parquet", { download: true })],
  ["a list of the API", leaves("/api/files/list?as=addresses")],
])("%s leaves nothing", (_, leaving) => expect(leaving).toBe(false));

import { type Document, isMap, isScalar, isSeq, Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { Invalid } from "../../errors";
import type { Resource } from "./resource";

const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";

/**
 * pygeoapi's configuration with one dataset's collection brought up to date (dossier 14.2); everything that is not ours keeps its text and its
 * comments: other keys, other collections, other providers of the same collection.
 *
 * The text is read without interpreting scalars: `0.10`, `yes` or `${PORT}` come out as they went in, although pygeoapi's reader (YAML 1.1) and
 * ours (1.2) disagree about them. For the same reason texts that are not ours are written in quotes.
 * @param resource undefined: the dataset has nothing to show, its collection is taken out
 * @param file only for sentences
 * @throws Invalid for a text that is no YAML mapping
 */
export function withDataset(
  text: string,
  dataset: string,
  resource: Resource | undefined,
  file: string,
): string {
  const document = parseDocument(text, { schema: "failsafe", keepSourceTokens: false });
  const [broken] = document.errors;
  if (broken)
    throw new Invalid(
      `${file} is not valid YAML, line ${broken.linePos?.[0].line ?? 1}: ${broken.message.split("\n")[0]}`,
    );
  if (!isMap(document.contents)) {
    throw new Invalid(`${file} is not a mapping: mend it, or remove it to get a new one`);
  }
  const resources = childMap(document.contents, "resources");
  if (resource) describeCollection(childMap(resources, dataset), resource);
  else resources.delete(dataset);
  if (resources.items.length === 0) resources.flow = true;
  return print(document);
}

function print(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

function describeCollection(collection: YAMLMap, resource: Resource): void {
  put(collection, "type", plain("collection"));
  // A person may have hidden the collection; that stays.
  if (!collection.has("visibility")) put(collection, "visibility", plain("default"));
  put(collection, "title", quoted(resource.title));
  put(collection, "description", quoted(resource.description));
  put(collection, "keywords", sequence(resource.keywords.map(quoted)));
  put(
    collection,
    "links",
    sequence(
      resource.links.map(({ type, rel, title, href }) =>
        mapping({
          type: quoted(type),
          rel: plain(rel),
          title: quoted(title),
          href: quoted(href),
          hreflang: plain("en-US"),
        }),
      ),
    ),
  );
  const extents = childMap(collection, "extents");
  const spatial = childMap(extents, "spatial");
  put(spatial, "bbox", sequence(resource.bbox.map(number)));
  put(spatial, "crs", plain(CRS84));
  const temporal = childMap(extents, "temporal");
  // Plain text: YAML 1.1 reads these as timestamps, as pygeoapi wants them.
  put(temporal, "begin", plain(resource.time.begin));
  put(temporal, "end", plain(resource.time.end));
  put(temporal, "trs", plain(GREGORIAN));
  describeProvider(ourProvider(collection), resource);
}

function describeProvider(provider: YAMLMap, { source, fields }: Resource): void {
  put(provider, "type", plain("feature"));
  put(provider, "name", plain("Parquet"));
  put(childMap(provider, "data"), "source", quoted(source));
  put(provider, "id_field", quoted(fields.id));
  put(provider, "time_field", quoted(fields.time));
  put(provider, "x_field", quoted(fields.x));
  put(provider, "y_field", quoted(fields.y));
}

/** Our provider is the one named Parquet; where there is none it goes before the others, since the first is the collection's default. */
function ourProvider(collection: YAMLMap): YAMLMap {
  const present: unknown = collection.get("providers", true);
  const providers = isSeq(present) ? present : new YAMLSeq();
  if (!isSeq(present)) put(collection, "providers", providers);
  const ours = providers.items.find(
    (item): item is YAMLMap => isMap(item) && String(item.get("name")) === "Parquet",
  );
  if (ours) return ours;
  const provider = new YAMLMap();
  providers.items.unshift(provider);
  providers.flow = false;
  return provider;
}

/** The mapping under a key; one that is missing, empty or something else is made, in block style. */
function childMap(parent: YAMLMap, key: string): YAMLMap {
  const present = parent.get(key, true);
  if (isMap(present)) {
    if (present.items.length === 0) present.flow = false;
    return present;
  }
  const made = new YAMLMap();
  put(parent, key, made);
  return made;
}

/** Sets a key's value; the key keeps its place and comments, and so does a scalar's own comment. */
function put(parent: YAMLMap, key: string, value: Scalar | YAMLMap | YAMLSeq): void {
  const pair = parent.items.find((item) => (isScalar(item.key) ? item.key.value === key : item.key === key));
  if (!pair) {
    parent.items.push(new Pair(quotedWhereNeeded(key), value));
    return;
  }
  const before = pair.value;
  if (isScalar(before) && isScalar(value)) {
    value.comment = before.comment;
    value.commentBefore = before.commentBefore;
  }
  pair.value = value;
}

function quotedWhereNeeded(key: string): Scalar {
  return /^[A-Za-z][A-Za-z_.-]*[A-Za-z0-9]$/.test(key) && !/^(yes|no|on|off|true|false|null)$/i.test(key)
    ? plain(key)
    : quoted(key);
}

function plain(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.PLAIN;
  return scalar;
}

function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** A number that YAML 1.1 reads as a number: with a point where there is an exponent. */
function number(value: number): Scalar {
  const text = String(value);
  return plain(text.includes("e") ? value.toFixed(10) : text);
}

function mapping(entries: Readonly<Record<string, Scalar>>): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value] of Object.entries(entries)) put(map, key, value);
  return map;
}

function sequence(items: readonly (Scalar | YAMLMap)[]): YAMLSeq {
  const seq = new YAMLSeq();
  seq.items = [...items];
  if (items.length === 0) seq.flow = true;
  return seq;
}

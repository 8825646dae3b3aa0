import { z } from "zod";
import { isSecretName } from "../secret-name";
import type { FieldKind, FormField } from "./model";

/** As much of JSON Schema (2020-12) as zod writes and a form needs; `secret` is ours, from `.meta({ secret: true })`. */
const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  secret: z.boolean().optional(),
});
type Node = z.infer<typeof Node>;

/** The fields of a form for what a zod object takes in, in the order of its keys; blocks inside it are told by their fields' `group`. */
export function describeForm(schema: z.ZodType): readonly FormField[] {
  const root = Node.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  return fieldsOf(root, schema, [], undefined);
}

/** The paths of the settings that a schema declares secret, or whose names do. */
export function secretPaths(schema: z.ZodType): readonly (readonly string[])[] {
  return describeForm(schema)
    .filter(({ kind }) => kind === "secret")
    .map(({ path }) => path);
}

function fieldsOf(
  node: Node,
  schema: unknown,
  above: readonly string[],
  group: FormField["group"],
): readonly FormField[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, raw]) => {
    const inner = Node.parse(raw);
    const declared = shapeOf(schema)?.[key];
    const path = [...above, key];
    const title = inner.title ?? key;
    const { description } = inner;
    if (inner.properties && !isSecretName(key) && inner.secret !== true) {
      const named = group ? `${group.title}, ${title}` : title;
      return fieldsOf(inner, declared, path, { title: named, description });
    }
    const standard = defaultOf(declared);
    const field: FormField = {
      path,
      title,
      description,
      group,
      kind: kindOf(key, inner),
      required: standard === undefined && (node.required?.includes(key) ?? false),
      default: standard,
      examples: inner.examples?.map((each) => (typeof each === "string" ? each : JSON.stringify(each))),
      minimum: bound(inner.minimum),
      maximum: bound(inner.maximum),
      options: inner.enum?.map(String),
    };
    return [field];
  });
}

/** Where zod says only that an integer is safe, there is no bound to tell of. */
function bound(value: number | undefined): number | undefined {
  return value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

function kindOf(key: string, node: Node): FieldKind {
  if (node.secret === true || isSecretName(key)) return "secret";
  if (node.enum?.every((each) => typeof each === "string")) return "choice";
  if (node.format === "duration") return "duration";
  const types = [node.type ?? []].flat().filter((type) => type !== "null");
  if (types.length !== 1) return "json";
  switch (types[0]) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "integer":
      return "integer";
    case "boolean":
      return "switch";
    case "array":
      return Node.safeParse(node.items).data?.type === "string" ? "texts" : "json";
    default:
      return "json";
  }
}

/** JSON Schema leaves out the default of what is transformed on its way in; the schema itself knows it. */
function defaultOf(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap();
  if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) return inner.def.defaultValue;
  return undefined;
}

/** The fields of an object's schema, inside of defaults and options; undefined of any other schema. */
export function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault
  )
    inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

import type { CustomLayerInterface, CustomRenderMethodInput, Map as GlMap } from "maplibre-gl";
import type { Range } from "./reading/fit-range";
import { MISSING, mercator, VERTEX } from "./reading/vertices";

/** How points are drawn. */
export interface Paint {
  /** 256 colours of four bytes. */
  readonly colours: Uint8Array<ArrayBuffer>;
  readonly range: Range;
  /** Values outside are not drawn; with either, neither is what is missing. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** [west, south, east, north]; outside nothing is drawn. */
  readonly box: readonly [number, number, number, number] | undefined;
  /** Colour of rims and of the rings of missing values, 0 to 1. */
  readonly rim: readonly [number, number, number];
  /** Place of the station that is looked at, or -1. */
  readonly chosen: number;
}

/** Least diameter of the station that is looked at, CSS pixels: it is found among a hundred thousand. */
const CHOSEN_SIZE = 24;

const VERTEX_SHADER = `#version 300 es
precision highp float;
uniform mat4 u_matrix;
uniform vec4 u_centre;
uniform vec4 u_box;
uniform vec2 u_range;
uniform vec2 u_filter;
uniform float u_size;
uniform int u_chosen;
uniform float u_chosen_size;
uniform sampler2D u_colours;
in vec4 a_place;
in float a_value;
flat out vec3 v_fill;
flat out float v_missing;
flat out float v_chosen;
flat out float v_size;
void main() {
  bool missing = a_value < ${(MISSING / 10).toExponential()};
  bool filtered = u_filter.x > ${(MISSING / 10).toExponential()} || u_filter.y < ${(-MISSING / 10).toExponential()};
  bool hidden = missing ? filtered : (a_value < u_filter.x || a_value > u_filter.y);
  hidden = hidden || a_place.x < u_box.x || a_place.x > u_box.z || a_place.y < u_box.y || a_place.y > u_box.w;
  vec2 away = (a_place.xy - u_centre.xy) + (a_place.zw - u_centre.zw);
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : u_matrix * vec4(away, 0.0, 1.0);
  v_chosen = gl_VertexID == u_chosen ? 1.0 : 0.0;
  v_size = v_chosen > 0.5 ? max(u_size * 2.0, u_chosen_size) : u_size;
  gl_PointSize = v_size;
  float share = clamp((a_value - u_range.x) / (u_range.y - u_range.x), 0.0, 1.0);
  v_fill = textureLod(u_colours, vec2(share * 255.0 / 256.0 + 0.5 / 256.0, 0.5), 0.0).rgb;
  v_missing = missing ? 1.0 : 0.0;
}`;

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
uniform vec3 u_rim;
uniform float u_ratio;
flat in vec3 v_fill;
flat in float v_missing;
flat in float v_chosen;
flat in float v_size;
out vec4 colour;
void main() {
  float away = length(gl_PointCoord - 0.5) * v_size;
  float edge = v_size * 0.5;
  float inside = smoothstep(edge, edge - 1.0, away);
  float rim = smoothstep(edge - 2.0 * u_ratio, edge - u_ratio, away);
  float alpha = v_missing > 0.5 ? rim : 1.0;
  float rims = v_missing > 0.5 ? 1.0 : rim * 0.7;
  vec3 drawn = mix(v_fill, u_rim, rims);
  if (v_chosen > 0.5) {
    // A ring of the ground's colour between two of the rim's: seen among points of any colour.
    float band = (edge - away) / u_ratio;
    alpha = band < 6.0 ? 1.0 : alpha;
    drawn = band < 2.0 ? u_rim : band < 4.5 ? vec3(1.0) - u_rim : band < 6.0 ? u_rim : v_fill;
  }
  colour = vec4(drawn, 1.0) * inside * alpha;
}`;

const UNIFORMS = [
  "u_matrix",
  "u_centre",
  "u_box",
  "u_range",
  "u_filter",
  "u_size",
  "u_chosen",
  "u_chosen_size",
  "u_colours",
  "u_rim",
  "u_ratio",
] as const;

interface Drawing {
  readonly program: WebGLProgram;
  readonly buffer: WebGLBuffer;
  readonly array: WebGLVertexArrayObject;
  readonly texture: WebGLTexture;
  readonly places: Readonly<Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>>;
}

/** Draws all stations in one call. What changes while somebody looks (colours, filters) is a number for the card, never a new upload. */
export class PointsLayer implements CustomLayerInterface {
  readonly id = "points";
  readonly type = "custom";
  private map: GlMap | undefined;
  private drawing: Drawing | undefined;
  private gl: WebGL2RenderingContext | undefined;
  private vertices: Float32Array<ArrayBuffer> = new Float32Array();
  private paint: Paint | undefined;
  private stale = { vertices: true, colours: true };

  onAdd(map: GlMap, gl: WebGLRenderingContext | WebGL2RenderingContext): void {
    this.map = map;
    this.gl = gl as WebGL2RenderingContext;
    this.drawing = drawingOf(this.gl);
    this.stale = { vertices: true, colours: true };
  }

  show(vertices: Float32Array<ArrayBuffer>): void {
    this.vertices = vertices;
    this.stale.vertices = true;
    this.map?.triggerRepaint();
  }

  setPaint(paint: Paint): void {
    if (paint.colours !== this.paint?.colours) this.stale.colours = true;
    this.paint = paint;
    this.map?.triggerRepaint();
  }

  render(
    _: WebGLRenderingContext | WebGL2RenderingContext,
    { defaultProjectionData }: CustomRenderMethodInput,
  ): void {
    const { gl, drawing, paint, map } = this;
    if (!gl || !drawing || !paint || !map || this.vertices.length === 0) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's name, no hook
    gl.useProgram(drawing.program);
    gl.bindVertexArray(drawing.array);
    this.upload(gl, drawing, paint);
    const { lng, lat } = map.getCenter();
    const [x, y] = mercator(lng, lat);
    const [highX, highY] = [Math.fround(x), Math.fround(y)];
    const at = drawing.places;
    gl.uniformMatrix4fv(at.u_matrix, false, movedTo(defaultProjectionData.mainMatrix, x, y));
    gl.uniform4f(at.u_centre, highX, highY, x - highX, y - highY);
    gl.uniform4f(at.u_box, ...edgesOf(paint.box));
    gl.uniform2f(at.u_range, paint.range.low, paint.range.high);
    gl.uniform2f(at.u_filter, paint.min ?? MISSING, paint.max ?? -MISSING);
    const ratio = map.getPixelRatio();
    gl.uniform1f(at.u_size, sizeAt(map.getZoom(), this.vertices.length / VERTEX) * ratio);
    gl.uniform1f(at.u_ratio, ratio);
    gl.uniform1i(at.u_chosen, paint.chosen);
    gl.uniform1f(at.u_chosen_size, CHOSEN_SIZE * ratio);
    gl.uniform3f(at.u_rim, ...paint.rim);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, drawing.texture);
    gl.uniform1i(at.u_colours, 0);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.drawArrays(gl.POINTS, 0, this.vertices.length / VERTEX);
    // Above all others once more.
    if (paint.chosen >= 0) gl.drawArrays(gl.POINTS, paint.chosen, 1);
    gl.bindVertexArray(null);
  }

  private upload(gl: WebGL2RenderingContext, { buffer, texture }: Drawing, { colours }: Paint): void {
    if (this.stale.vertices) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, this.vertices, gl.STATIC_DRAW);
    }
    if (this.stale.colours) {
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours);
      for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
        gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
      for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
        gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    }
    this.stale = { vertices: false, colours: false };
  }
}

/** Diameter of a point in CSS pixels: smaller where many stand close. */
export function sizeAt(zoom: number, count: number): number {
  const far = count > 20_000 ? 4 : count > 2_000 ? 6 : 9;
  return Math.min(14, far + Math.max(0, zoom - 4) * 1.2);
}

/** The matrix for places counted from (x, y): large numbers are taken away in double precision. */
function movedTo(matrix: ArrayLike<number>, x: number, y: number): Float32Array {
  const moved = Float64Array.from(matrix);
  for (let row = 0; row < 4; row += 1)
    moved[12 + row] = (matrix[row] ?? 0) * x + (matrix[4 + row] ?? 0) * y + (matrix[12 + row] ?? 0);
  return Float32Array.from(moved);
}

function edgesOf(box: Paint["box"]): [number, number, number, number] {
  if (!box) return [-1, -1, 2, 2];
  const [left, bottom] = mercator(box[0], box[1]);
  const [right, top] = mercator(box[2], box[3]);
  return [left, top, right, bottom];
}

function drawingOf(gl: WebGL2RenderingContext): Drawing {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX_SHADER],
    [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("the graphics card takes no shader");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`the points cannot be drawn: ${gl.getProgramInfoLog(program)}`);
  const buffer = gl.createBuffer();
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  for (const [name, size, offset] of [
    ["a_place", 4, 0],
    ["a_value", 1, 16],
  ] as const) {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, VERTEX * 4, offset);
  }
  gl.bindVertexArray(null);
  const places = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  return { program, buffer, array, texture: gl.createTexture(), places: places as Drawing["places"] };
}

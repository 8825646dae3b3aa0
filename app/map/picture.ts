import { colourText, SCALES, type ScaleName } from "./colour-scale";
import type { Range } from "./reading/fit-range";
import { valueText } from "./value-text";

export interface Caption {
  readonly title: string;
  readonly variable: string;
  readonly unit: string;
  readonly scale: ScaleName;
  readonly range: Range;
  readonly sources: string;
}

const FOOT = 92;
const BAR = 240;

/**
 * The map's picture with what makes it readable elsewhere below it: what it shows, its scale with the unit, and whom it is owed to.
 * @param ratio device pixels per CSS pixel of the picture
 */
export async function captioned(picture: ImageBitmap, ratio: number, caption: Caption): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height + FOOT * ratio;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the picture could not be drawn");
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name);
  context.fillStyle = token("--panel");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  context.scale(ratio, ratio);
  context.translate(12, picture.height / ratio);
  const write = (text: string, x: number, y: number, look: string, colour: string) => {
    context.font = `${look} ${token("--font-sans") || "sans-serif"}`;
    context.fillStyle = colour;
    context.fillText(text, x, y, picture.width / ratio - x - 24);
  };
  write(caption.title, 0, 20, "600 14px", token("--ink"));
  const unit = caption.unit === "" ? "" : ` in ${caption.unit}`;
  write(`${caption.variable}${unit}`, 0, 38, "13px", token("--ink"));
  for (let x = 0; x < BAR; x += 1) {
    context.fillStyle = colourText(SCALES[caption.scale].colour(x / (BAR - 1)));
    context.fillRect(x, 46, 1.5, 10);
  }
  write(valueText(caption.range.low, caption.unit), 0, 70, "12px", token("--ink"));
  context.textAlign = "right";
  write(valueText(caption.range.high, caption.unit), BAR, 70, "12px", token("--ink"));
  context.textAlign = "left";
  write(caption.sources, 0, 86, "11px", token("--muted"));
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be written")))),
  );
}

/** Hands a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

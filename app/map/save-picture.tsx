"use client";

import { Download } from "lucide-react";
import type { RefObject } from "react";
import { formatInstant } from "../../server/observation/time";
import type { Dataset } from "../_trpc/outputs";
import { useAct } from "../_trpc/use-act";
import { Button } from "../_ui/button";
import { spanText } from "../_ui/format";
import { unitOf } from "../datasets/[name]/column-table";
import { creditOf } from "./credit";
import { captioned, save } from "./picture";
import type { StationMap } from "./station-map";
import type { Drawing } from "./use-drawing";
import type { PointsOf } from "./use-points";
import { type Variable, variableText } from "./variable-text";

/** Hands the picture over as PNG, with its scale, its time and whom it is owed to. */
export function SavePicture({
  map,
  points,
  drawing,
  dataset,
  variable,
}: {
  map: RefObject<StationMap | undefined>;
  points: PointsOf | undefined;
  drawing: Drawing;
  dataset: Dataset;
  variable: Variable;
}) {
  const { act, pending } = useAct();
  const { range, scale } = drawing;
  const write = () =>
    act(async () => {
      const picture = await map.current?.picture();
      if (!picture || !points || !range) throw new Error("there is no picture yet");
      const { start, end } = points.window;
      const caption = {
        title: `${dataset.name}, ${spanText(start, end)}`,
        variable: variableText(variable),
        unit: unitOf(variable),
        scale,
        range,
        sources: `Base map: Natural Earth · Data: ${creditOf(dataset)}`,
      };
      const at = formatInstant(start).replaceAll(/[-:Z]/g, "");
      save(await captioned(picture, window.devicePixelRatio, caption), `${dataset.name}_${at}.png`);
      return "The picture is saved.";
    });
  return (
    <Button onPress={write} pending={pending} disabled={points === undefined || range === undefined}>
      <Download aria-hidden="true" className="size-3.5" />
      Save picture
    </Button>
  );
}

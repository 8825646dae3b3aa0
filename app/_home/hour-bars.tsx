interface Bar {
  readonly start: number;
  /** Undefined: nothing is known of that hour, which is not the same as zero. */
  readonly value: number | undefined;
  /** What it says when it is pointed at. */
  readonly told: string;
}

const WIDTH = 240;
const HEIGHT = 64;

/** Bars of equal width from a common base; the highest is as high as the picture. An hour without a value has a mark at the base. */
export function HourBars({ bars, most, label }: { bars: readonly Bar[]; most: number; label: string }) {
  const step = WIDTH / Math.max(bars.length, 1);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-16 w-full border-b border-edge text-accent"
    >
      {bars.map(({ start, value, told }, place) => {
        const height =
          value === undefined || most === 0 ? 0 : Math.max(value > 0 ? 1 : 0, (value / most) * HEIGHT);
        return (
          <g key={start}>
            <title>{told}</title>
            {/* The whole column can be pointed at. */}
            <rect x={place * step} y={0} width={step} height={HEIGHT} fill="transparent" />
            {value === undefined ? (
              <rect
                x={place * step + step * 0.35}
                y={HEIGHT - 2}
                width={step * 0.3}
                height={2}
                className="fill-edge"
              />
            ) : (
              <rect
                x={place * step + step * 0.12}
                y={HEIGHT - height}
                width={step * 0.76}
                height={height}
                fill="currentColor"
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}

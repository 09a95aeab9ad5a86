/** Where in colour space a detector answers. All but `value` are ratios, so they hold in sun and in shade. */
export interface ColourRange {
  /** Least chroma, (R − B) / R. */
  readonly chroma: number;
  /** Least red, 0–1. */
  readonly value: number;
  /** Hue as (G − B) / (R − B): 0 is red, 1 is yellow. */
  readonly hue: readonly [low: number, high: number];
}

/** Safety orange, from what any cone in the shade may show to what little else but a cone in the sun does. */
export const ORANGES: readonly ColourRange[] = [
  { chroma: 0.6, value: 0.4, hue: [0, 0.6] },
  { chroma: 0.7, value: 0.4, hue: [0.06, 0.6] },
  { chroma: 0.7, value: 0.55, hue: [0.12, 0.6] },
];

/** How far beyond a limit a detector fades from 1 to 0: half on either side. */
export const FADE = { chroma: 0.15, value: 0.15, hue: 0.1 } as const;

/** `#rrggbb` */
export type Colour = `#${string}`;

export const fill = (colour: Colour): string => `fill="${colour}"`;

/** Lighter above 1, darker below; clipped. */
export function shade(colour: Colour, factor: number): Colour {
  const channel = (from: number) => {
    const value = Math.round(Number.parseInt(colour.slice(from, from + 2), 16) * factor);
    return Math.min(255, Math.max(0, value)).toString(16).padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

export const rect = (x: number, y: number, width: number, height: number, paint: string, round = 0): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}"${round > 0 ? ` rx="${round}"` : ''} ${paint}/>`;

export const shape = (points: string, paint: string): string => `<polygon points="${points}" ${paint}/>`;

/** What a thing throws on the road beneath it, metres. */
export const shadow = (width: number, depth = 0.12): string =>
  `<ellipse cx="0.05" cy="0" rx="${width / 2}" ry="${depth}" fill="#101216" fill-opacity="0.4"/>`;

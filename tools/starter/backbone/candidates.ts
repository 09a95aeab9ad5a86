import type { ColourRange } from './colours.js';
import { type BackboneDesign, DESIGN } from './graph.js';

/** One way to make a head: which columns of the embedding it sees, and how strongly it is held back. */
export interface Candidate {
  readonly name: string;
  readonly columns: readonly number[];
  /** L2 penalty for each column and picture. */
  readonly penalty: number;
}

/** A grid of colour ranges with the shipped ones in it. Others were looked at while the backbone was designed, and not kept. */
const RANGES: readonly ColourRange[] = [0.6, 0.7].flatMap((chroma) =>
  [0.4, 0.55].flatMap((value) => [0, 0.06, 0.12].map((low) => ({ chroma, value, hue: [low, 0.6] as const }))),
);

/** A backbone with all of them at once, so that heads can be given any part of it. */
export const WIDE: BackboneDesign = { ...DESIGN, oranges: RANGES, calm: RANGES.length };

/**
 * Heads over parts of the wide backbone: single ranges and ladders of them, everywhere or in grey surroundings or both
 * or, as shipped, both for all but the last of a ladder, by largest blob or share or both. Choosing among them anew without a clip, and then scoring that clip, shows what
 * the design itself owes to the twelve clips that it was made on.
 */
export function designCandidates(): Candidate[] {
  const n = RANGES.length;
  const ladders = [
    [0, 7, 11],
    [0, 7],
    [0, 11],
    [7, 11],
  ];
  const sets = [...RANGES.map((_, i) => [i]), ...ladders];
  const grey = (set: readonly number[]) => set.map((i) => n + i);
  const surroundings = (set: readonly number[]): Record<string, readonly number[]> => ({
    everywhere: set,
    'in grey': grey(set),
    'both ways': [...set, ...grey(set)],
    ...(set.length > 1 && { 'both ways but for the last': [...set, ...grey(set.slice(0, -1))] }),
  });
  const measures = { 'largest blob': [0], 'log share': [2 * n], both: [0, 2 * n] };
  return sets.flatMap((set) =>
    Object.entries(surroundings(set)).flatMap(([where, maps]) =>
      Object.entries(measures).flatMap(([what, offsets]) => {
        const columns = offsets.flatMap((offset) => maps.map((i) => offset + i));
        const name = `ranges ${set.map((i) => i + 1).join('+')}, ${where}, ${what}`;
        return [0.3, 0.03].map((penalty) => ({ name: `${name}, penalty ${penalty}`, columns, penalty }));
      }),
    ),
  );
}

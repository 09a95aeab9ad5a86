import type { Sample } from '../data/samples.js';

export interface SourceFigures {
  readonly source: string;
  readonly negatives: number;
  /** Share called roadwork. */
  readonly falsePositiveRate: number;
  /** Largest probability given to any of them. */
  readonly highest: number;
}

/** How often pictures without roadwork, from cameras that the head never saw, are called roadwork. */
export function otherSources(
  scores: ArrayLike<number>,
  samples: readonly Sample[],
  rows: readonly number[],
): SourceFigures[] {
  return [...new Set(rows.map((i) => samples[i]?.source ?? ''))].map((source) => {
    const mine = rows.filter((i) => samples[i]?.source === source && !samples[i]?.positive);
    const p = mine.map((i) => scores[i] as number);
    return {
      source,
      negatives: p.length,
      falsePositiveRate: p.filter((v) => v >= 0.5).length / p.length,
      highest: Math.max(...p),
    };
  });
}

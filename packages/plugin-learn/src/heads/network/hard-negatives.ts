import type { Random } from '@streetvision/core';

/** How many of the hardest negatives are mixed (Kalantidis et al. 2020). */
const HARDEST = 1024;

/** Two rows and the share of the first in their mixture. */
export interface Mixture {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

/** Makes synthetic hard negatives: mixtures of rows, for a head that is being trained. */
export interface HardNegatives {
  /** What the network last said of a row: P(positive). */
  judged(row: number, probability: number): void;
  /** Chooses the hardest negatives anew; once an epoch. */
  refresh(): void;
  /** None before the network was asked about every negative. */
  draw(count: number): Mixture[];
}

/**
 * MoCHi (Kalantidis et al. 2020) for a supervised head. The hardest negatives are those that the network thinks most
 * positive. By turns two of them are mixed in any share (type 1), or a positive with one of them, of which it is less
 * than half (type 2). All count as negatives.
 */
export function hardNegatives(labels: Uint8Array, random: Random): HardNegatives {
  const rowsOf = (wanted: number) => [...labels.keys()].filter((i) => labels[i] === wanted);
  const positives = rowsOf(1);
  const negatives = rowsOf(0);
  const said = new Float32Array(labels.length).fill(Number.NaN);
  let hardest: number[] = [];
  const from = (rows: readonly number[]) => rows[random.below(rows.length)] as number;
  return {
    judged(row, probability) {
      said[row] = probability;
    },
    refresh() {
      if (negatives.some((i) => Number.isNaN(said[i]))) return;
      hardest = [...negatives].sort((a, b) => (said[b] as number) - (said[a] as number) || a - b).slice(0, HARDEST);
    },
    draw(count) {
      if (hardest.length === 0) return [];
      return Array.from({ length: count }, (_, i) => {
        const second = from(hardest);
        return i % 2 === 0
          ? { first: from(hardest), second, share: random.next() }
          : { first: from(positives), second, share: random.between(0, 0.5) };
      });
    },
  };
}

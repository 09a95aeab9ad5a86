import type { Uncertainty } from '@streetvision/core';

/**
 * How far samples of one answer disagree.
 * @param samples probabilities per class of each sample; each sums to 1
 * @param at index of the class whose deviation is told
 * @example uncertaintyOf([[0.1, 0.9], [0.3, 0.7], [0.6, 0.4], [0.2, 0.8]], 1).mutualInformation // 0.0835
 */
export function uncertaintyOf(samples: readonly (readonly number[])[], at: number): Uncertainty {
  const mean = meanOf(samples);
  const variance = samples.reduce((sum, row) => sum + ((row[at] as number) - (mean[at] as number)) ** 2, 0);
  const entropy = entropyOf(mean);
  const expectedEntropy = samples.reduce((sum, row) => sum + entropyOf(row), 0) / samples.length;
  return {
    std: Math.sqrt(variance / samples.length),
    entropy,
    expectedEntropy,
    // Never below 0 but for rounding: entropy is concave.
    mutualInformation: Math.max(0, entropy - expectedEntropy),
  };
}

/** Class by class. */
export function meanOf(samples: readonly (readonly number[])[]): readonly number[] {
  const classes = samples[0]?.length ?? 0;
  return Array.from(
    { length: classes },
    (_, c) => samples.reduce((sum, row) => sum + (row[c] as number), 0) / samples.length,
  );
}

/** Shannon entropy in nats. */
export const entropyOf = (row: readonly number[]): number =>
  row.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

import type { Sample } from '../data/samples.js';

/**
 * One weight per sample, summing to 1: both classes count the same, and within a class a group counts as the square
 * root of its samples, so that a long clip of near-duplicates does not drown a short one.
 */
export function balancedWeights(samples: readonly Sample[]): Float64Array {
  const cell = (sample: Sample) => `${sample.positive} ${sample.group}`;
  const sizes = new Map<string, number>();
  for (const sample of samples) sizes.set(cell(sample), (sizes.get(cell(sample)) ?? 0) + 1);
  const raw = samples.map((sample) => 1 / Math.sqrt(sizes.get(cell(sample)) as number));
  const total = (positive: boolean) =>
    samples.reduce((sum, sample, i) => sum + (sample.positive === positive ? (raw[i] as number) : 0), 0);
  const totals = [total(false), total(true)] as const;
  if (totals[0] === 0 || totals[1] === 0)
    throw new Error('Training needs pictures of both classes, also when a group or two are left out.');
  return Float64Array.from(samples, (sample, i) => (raw[i] as number) / totals[sample.positive ? 1 : 0] / 2);
}

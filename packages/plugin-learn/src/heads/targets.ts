import type { FeatureSet, HeadOptions } from './types.js';

/**
 * What the loss multiplies each log-probability with: `[count, classes]`, the share of each class in a sample (label
 * smoothing spreads it) times how much the sample and the class count. Balanced classes have equal sums.
 */
export function targetsOf(
  { labels, weights }: Pick<FeatureSet, 'labels' | 'weights'>,
  classes: number,
  { labelSmoothing = 0, classWeights = 'balanced' }: Pick<HeadOptions, 'labelSmoothing' | 'classWeights'>,
): Float32Array {
  const perClass = new Float64Array(classes);
  for (const [i, label] of labels.entries()) perClass[label] = (perClass[label] as number) + (weights?.[i] ?? 1);
  const total = perClass.reduce((sum, mass) => sum + mass, 0);
  const counts = perClass.map((mass) => (classWeights === 'balanced' ? total / (classes * mass) : 1));
  const targets = new Float32Array(labels.length * classes);
  for (const [i, label] of labels.entries()) {
    for (let c = 0; c < classes; c++) {
      const share = (c === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      targets[i * classes + c] = share * (counts[c] as number) * (weights?.[i] ?? 1);
    }
  }
  return targets;
}

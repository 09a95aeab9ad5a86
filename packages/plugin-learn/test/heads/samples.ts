import { createRandom } from '@streetvision/core';
import type { FeatureSet } from '../../src/heads/index.js';

/** A feature set of rows, each its own group. */
export function featureSet(rows: readonly (readonly number[])[], labels: readonly number[]): FeatureSet {
  return {
    features: Float32Array.from(rows.flat()),
    dimension: rows[0]?.length ?? 0,
    labels: Uint8Array.from(labels),
    groups: rows.map((_, i) => `group-${i}`),
  };
}

/** Two clouds in `dimension` directions whose centres are `apart` deviations apart along the first. */
export function clouds(count: number, dimension: number, apart: number, seed = 1): FeatureSet {
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const rows = labels.map((label) =>
    Array.from({ length: dimension }, (_, j) => random.normal() + (j === 0 ? (label - 0.5) * apart : 0)),
  );
  return featureSet(rows, labels);
}

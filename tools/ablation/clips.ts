import type { Dataset, Project, Sample } from '@streetvision/core';
import { type FeatureSet, type TrainedHead, trainHead } from '@streetvision/plugin-learn';
import type { Bench, Clips } from './types.js';

/** The pictures of the clips; their dense near-duplicates and other cameras are left out. */
export async function readClips(dataset: Dataset, { task }: Pick<Project, 'task'>): Promise<Clips> {
  const samples: Sample[] = [];
  for await (const sample of dataset.samples()) {
    if (sample.source === 'roadwork_clips' && String(sample.meta.dense) !== '1') samples.push(sample);
  }
  const rows = [...samples.keys()];
  return {
    samples,
    labels: Uint8Array.from(samples, ({ label }) => Number(label === task?.positive)),
    names: [...new Set(samples.map(({ group }) => group))],
    without: (...clips) => rows.filter((i) => !clips.includes((samples[i] as Sample).group)),
    of: (clip) => rows.filter((i) => (samples[i] as Sample).group === clip),
  };
}

/** Some rows of a bench, for training. */
export function take({ features, dimension }: Bench, clips: Clips, rows: readonly number[]): FeatureSet {
  const own = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries())
    own.set(features.subarray(row * dimension, (row + 1) * dimension), at * dimension);
  return {
    features: own,
    dimension,
    labels: Uint8Array.from(rows, (row) => clips.labels[row] as number),
    groups: rows.map((row) => (clips.samples[row] as Sample).group),
  };
}

/** The heads of the ablation; the settings were written down before any figure was seen. */
export const HEADS = {
  logistic: { kind: 'logistic', c: 0.01 },
  mlp: { kind: 'mlp', hidden: [64], dropout: 0.3, epochs: 40, weightDecay: 0.05, seed: 1 },
} as const;

export const trainOn = (
  bench: Bench,
  clips: Clips,
  rows: readonly number[],
  kind: keyof typeof HEADS,
): Promise<TrainedHead> => trainHead(take(bench, clips, rows), undefined, HEADS[kind]);

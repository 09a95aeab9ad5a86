import { createRandom, type Random, SvError } from '@streetvision/core';
import type { Fit, OneLayer } from './fit.js';
import { decision, fitHinge, type HingeProblem } from './hinge.js';
import { minimise } from './lbfgs.js';
import { standardised } from './standardise.js';
import { targetsOf } from './targets.js';
import type { FeatureSet } from './types.js';

const FOLDS = 5;

/**
 * A linear SVM whose decision values become probabilities by Platt's sigmoid. The sigmoid is fitted on values of
 * samples that the SVM had not seen: whole groups are left out in turn. Throws `SV_TRAIN_DATA`.
 */
export function fitSvm({ train, options, classes, standardisation, context }: Fit): OneLayer {
  const { dimension: d, labels } = train;
  const random = createRandom(options.seed).fork('svm');
  const x = standardisation ? standardised(train.features, standardisation) : train.features;
  const targets = targetsOf(train, classes, options);
  const penalties = Float64Array.from(labels, (label, i) => options.c * (targets[2 * i + label] as number));
  const problem = { x, dimension: d, labels, penalties };
  const folds = foldsOf(train, random.fork('folds'));
  const unseen: { z: number; positive: boolean }[] = [];
  for (const [k, fold] of folds.entries()) {
    context.signal?.throwIfAborted();
    const rows = folds.flatMap((other, i) => (i === k ? [] : other));
    if (!bothClasses(rows, labels)) continue;
    const w = fitHinge({ ...problem, rows }, random.fork(k));
    for (const row of fold) unseen.push({ z: decision(w, x, row, d), positive: labels[row] === 1 });
  }
  if (!unseen.some(({ positive }) => positive) || unseen.every(({ positive }) => positive)) {
    throw new SvError(
      'SV_TRAIN_DATA',
      'No group can be left out without leaving out a class, so an svm gets no probabilities.',
      {
        fix: 'Give samples of each class from at least two groups, or take kind logistic.',
      },
    );
  }
  const { a, b } = fitPlatt(unseen);
  const w = fitHinge({ ...problem, rows: [...labels.keys()] } satisfies HingeProblem, random.fork('all'));
  const layer = {
    inputs: d,
    outputs: 1,
    weight: Float32Array.from(w.subarray(0, d), (value) => a * value),
    bias: Float32Array.of(a * (w[d] as number) + b),
  };
  const loss =
    unseen.reduce((sum, { z, positive }) => sum + softplus((positive ? -1 : 1) * (a * z + b)), 0) / unseen.length;
  return { layer, loss };
}

/** Whole groups dealt to parts, each to the part that has least of what the group holds. */
function foldsOf({ groups, labels }: FeatureSet, random: Random): number[][] {
  const members = new Map<string, number[]>();
  for (const [i, group] of groups.entries()) {
    const rows = members.get(group);
    if (rows) rows.push(i);
    else members.set(group, [i]);
  }
  const folds = Array.from({ length: Math.min(FOLDS, members.size) }, () => ({ rows: [] as number[], counts: [0, 0] }));
  const queue = random.shuffle([...members.values()]).sort((a, b) => b.length - a.length);
  for (const rows of queue) {
    const holds = [0, 1].map((c) => rows.filter((i) => labels[i] === c).length);
    const crowd = ({ counts }: (typeof folds)[number]) =>
      holds.reduce((sum, count, c) => sum + count * (counts[c] as number), 0) * labels.length +
      (counts[0] as number) +
      (counts[1] as number);
    const fold = folds.reduce((least, next) => (crowd(next) < crowd(least) ? next : least));
    fold.rows.push(...rows);
    for (const c of [0, 1]) fold.counts[c] = (fold.counts[c] as number) + (holds[c] as number);
  }
  return folds.map(({ rows }) => rows.sort((a, b) => a - b));
}

const bothClasses = (rows: readonly number[], labels: Uint8Array) => new Set(rows.map((i) => labels[i])).size === 2;

const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Platt's sigmoid with his smoothed targets (Platt 1999), which keep it finite where the classes lie apart. */
export function fitPlatt(values: readonly { readonly z: number; readonly positive: boolean }[]): {
  a: number;
  b: number;
} {
  const positives = values.filter(({ positive }) => positive).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (values.length - positives + 2);
  const [a = 1, b = 0] = minimise(Float64Array.of(1, 0), ([a = 0, b = 0], gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (const { z, positive } of values) {
      const target = positive ? high : low;
      const logit = a * z + b;
      loss += softplus(logit) - target * logit;
      const pull = 1 / (1 + Math.exp(-logit)) - target;
      gradient[0] = (gradient[0] as number) + pull * z;
      gradient[1] = (gradient[1] as number) + pull;
    }
    return loss;
  });
  return { a, b };
}

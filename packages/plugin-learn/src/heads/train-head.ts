import { SvError } from '@streetvision/core';
import { checkTraining, checkValidation } from './check-samples.js';
import type { Fit, Fitted, OneLayer } from './fit.js';
import { encodeHead } from './head-file.js';
import { judge } from './judge.js';
import { fitLogistic } from './logistic.js';
import { masksOf } from './masks.js';
import { fitNetwork } from './network/fit.js';
import { type ResolvedOptions, resolveOptions } from './options.js';
import { predictLinear, predictNetwork } from './predict.js';
import { columnStatistics } from './standardise.js';
import { fitSvm } from './svm.js';
import { targetsOf } from './targets.js';
import type { FeatureSet, HeadOptions, TrainContext, TrainedHead } from './types.js';
import type { HeadWeights } from './weights.js';

/**
 * Trains a head on features. The same samples, options and seed give the same bytes.
 * @throws `SV_TRAIN_DATA`, `SV_TRAIN_OPTIONS`, `SV_TRAIN_DIVERGED`, `SV_ENGINE_*`; an aborted signal throws its reason
 * @example
 * const head = await trainHead(train, validation, { kind: 'mlp', hidden: [128] });
 * await writeFile('head.onnx', head.encode({}));
 */
export async function trainHead(
  train: FeatureSet,
  validation?: FeatureSet,
  options: HeadOptions = {},
  context: TrainContext = {},
): Promise<TrainedHead> {
  const { from } = context;
  const classes = context.classes ?? Math.max(2, from?.classes ?? 0, highest(train.labels) + 1);
  const resolved = resolveOptions(options, classes);
  checkTraining(train, classes);
  if (validation) checkValidation(validation, train.dimension, classes, resolved.metric);
  if (from) checkWarmStart(from, train.dimension, classes, resolved);
  const standardisation = from
    ? from.standardisation
    : resolved.standardise
      ? columnStatistics(train.features, train.dimension)
      : null;
  context.signal?.throwIfAborted();
  const fitted = await fit({ train, validation, options: resolved, classes, standardisation, context });
  const weights: HeadWeights = { dimension: train.dimension, classes, standardisation, members: fitted.members };
  const masks = masksOf(weights, resolved.dropout);
  return {
    options: resolved,
    dimension: train.dimension,
    classes,
    curve: fitted.curve,
    weights,
    masks,
    async predict(features) {
      if (resolved.hidden.length === 0) return predictLinear(weights, features);
      return predictNetwork(weights, features, context.open);
    },
    encode: (metadata) => encodeHead(weights, masks, metadata),
  };
}

async function fit(problem: Fit): Promise<Fitted> {
  const { kind } = problem.options;
  if (kind === 'logistic' || kind === 'svm')
    return atOnce(problem, kind === 'svm' ? fitSvm(problem) : logistic(problem));
  return fitNetwork(problem);
}

/** What is fitted in one go has a curve of one point. */
function atOnce({ train, validation, options, classes, standardisation, context }: Fit, fitted: OneLayer): Fitted {
  const { layer, loss } = fitted;
  const weights = { dimension: train.dimension, classes, standardisation, members: [[layer]] };
  const judged =
    validation && judge(predictLinear(weights, validation.features), validation.labels, classes, options.metric);
  const point = { seed: options.seed, epoch: 1, loss, learningRate: 1, ...(judged && { validation: judged }) };
  context.onEpoch?.(point);
  return { members: weights.members, curve: [point] };
}

function logistic({ train, options, classes, standardisation, context }: Fit): OneLayer {
  const targets = targetsOf(train, classes, options);
  const { features, dimension } = train;
  const from = context.from?.members[0]?.[0];
  return fitLogistic({ features, dimension, targets, classes, c: options.c, standardisation, from });
}

function checkWarmStart(from: HeadWeights, dimension: number, classes: number, options: ResolvedOptions): void {
  const first = from.members[0] ?? [];
  const theirs = [from.dimension, ...first.map(({ outputs }) => outputs)];
  const ours = [dimension, ...options.hidden, classes === 2 ? 1 : classes];
  if (theirs.join() !== ours.join()) {
    throw new SvError(
      'SV_TRAIN_OPTIONS',
      `Training cannot go on from this head: its layers are ${theirs.join('-')}, expected ${ours.join('-')}.`,
      { fix: 'Give the same kind, hidden sizes, backbone and classes, or train from random weights.' },
    );
  }
}

const highest = (labels: Uint8Array): number => labels.reduce((most, label) => Math.max(most, label), 0);

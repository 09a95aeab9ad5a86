import { didYouMean, SvError } from '@streetvision/core';
import type { HeadOptions, TrainedHead } from './types.js';

/** Options with every default filled in. */
export type ResolvedOptions = TrainedHead['options'];

const KINDS = ['logistic', 'linear', 'mlp', 'svm'] as const;
const METRICS = ['mcc', 'auroc', 'balancedAccuracy', 'logLoss'] as const;

const DEFAULTS: ResolvedOptions = {
  kind: 'logistic',
  hidden: [],
  dropout: 0,
  loss: 'bce',
  gamma: 2,
  labelSmoothing: 0,
  classWeights: 'balanced',
  c: 1,
  epochs: 100,
  batchSize: 256,
  learningRate: 1e-3,
  weightDecay: 1e-2,
  warmup: 0.05,
  mixup: 0,
  hardNegatives: 0,
  contrastive: 0,
  patience: 10,
  metric: 'mcc',
  seeds: 1,
  seed: 0,
  standardise: true,
};

/** Fills in the defaults and refuses what is out of range or contradicts itself. Throws `SV_TRAIN_OPTIONS`. */
export function resolveOptions(options: HeadOptions, classes: number): ResolvedOptions {
  checkNames(options);
  const kind = options.kind ?? 'logistic';
  const network = kind === 'mlp';
  const { clip, ...given } = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as HeadOptions;
  const resolved: ResolvedOptions = {
    ...DEFAULTS,
    kind,
    ...(network && { hidden: [256], dropout: 0.3 }),
    ...given,
    ...(clip !== undefined && { clip }),
  };

  checkRanges(resolved);
  checkTogether(resolved, classes);
  return resolved;
}

function checkNames(options: HeadOptions): void {
  const known = [...Object.keys(DEFAULTS), 'clip'];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new SvError('SV_TRAIN_OPTIONS', `There is no option \`${unknown}\` for a head.${didYouMean(unknown, known)}`, {
    fix: `Options are ${known.join(', ')}.`,
  });
}

function checkRanges(o: ResolvedOptions): void {
  oneOf('kind', o.kind, KINDS);
  oneOf('loss', o.loss, ['bce', 'focal']);
  oneOf('metric', o.metric, METRICS);
  oneOf('classWeights', o.classWeights, ['balanced', 'none']);
  if (!Array.isArray(o.hidden) || !o.hidden.every((width) => Number.isInteger(width) && width > 0 && width <= 65_536)) {
    throw wrong('hidden', o.hidden, 'a list of whole numbers from 1 to 65536');
  }
  within('dropout', o.dropout, 0, 0.95);
  within('gamma', o.gamma, 0, 10);
  within('labelSmoothing', o.labelSmoothing, 0, 0.499);
  within('warmup', o.warmup, 0, 1);
  within('mixup', o.mixup, 0, 10);
  within('hardNegatives', o.hardNegatives, 0, 0.5);
  within('contrastive', o.contrastive, 0, 100);
  within('weightDecay', o.weightDecay, 0, 100);
  for (const name of ['c', 'learningRate', 'clip'] as const) {
    const value = o[name];
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) throw wrong(name, value, 'a number above 0');
  }
  for (const name of ['epochs', 'batchSize', 'patience', 'seeds'] as const) {
    if (!(Number.isInteger(o[name]) && o[name] >= 1)) throw wrong(name, o[name], 'a whole number from 1');
  }
  if (!Number.isSafeInteger(o.seed)) throw wrong('seed', o.seed, 'a whole number');
}

function checkTogether(o: ResolvedOptions, classes: number): void {
  const convex = o.kind === 'logistic' || o.kind === 'svm';
  const unfit: readonly (readonly [boolean, string, string])[] = [
    [o.kind !== 'mlp' && o.hidden.length > 0, 'hidden', 'Only an mlp has hidden layers.'],
    [o.kind === 'mlp' && o.hidden.length === 0, 'hidden', 'An mlp without hidden layers is kind `linear`.'],
    [o.kind !== 'mlp' && o.dropout > 0, 'dropout', 'Only an mlp has hidden units to drop.'],
    [o.kind !== 'mlp' && o.contrastive > 0, 'contrastive', 'Only an mlp has a hidden layer to compare on.'],
    [o.contrastive > 0 && o.mixup > 0, 'contrastive', 'Mixed samples belong to no class, so leave out mixup.'],
    [o.hardNegatives > 0 && classes > 2, 'hardNegatives', 'With more than two classes there is no negative one.'],
    [o.kind === 'svm' && classes > 2, 'kind', 'An svm separates two classes: take logistic, linear or mlp.'],
    [o.kind === 'svm' && o.labelSmoothing > 0, 'labelSmoothing', 'The hinge knows no soft labels.'],
    [convex && o.loss === 'focal', 'loss', 'The focal loss needs kind linear or mlp.'],
    [convex && o.mixup > 0, 'mixup', 'It needs kind linear or mlp.'],
    [convex && o.hardNegatives > 0, 'hardNegatives', 'They need kind linear or mlp.'],
    [convex && o.clip !== undefined, 'clip', 'Gradients are clipped with kind linear or mlp.'],
    [convex && o.seeds > 1, 'seeds', 'Every seed gives the same head: leave it at 1.'],
  ];
  for (const [is, name, fix] of unfit) {
    if (!is) continue;
    const value = JSON.stringify(o[name as keyof ResolvedOptions]);
    const with_ = name === 'kind' ? `${classes} classes` : `kind ${o.kind} and ${classes} classes`;
    throw new SvError('SV_TRAIN_OPTIONS', `\`${name}\` is ${value}, which does not go with ${with_}.`, { fix });
  }
}

function within(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw wrong(name, value, `a number from ${low} to ${high}`);
}

function oneOf(name: string, value: string, all: readonly string[]): void {
  if (!all.includes(value)) throw wrong(name, value, `one of ${all.join(', ')}`);
}

function wrong(name: string, value: unknown, expected: string): SvError {
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new SvError('SV_TRAIN_OPTIONS', `\`${name}\` is ${shown}, expected ${expected}.`);
}

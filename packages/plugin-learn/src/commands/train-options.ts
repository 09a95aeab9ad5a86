import { type CommandOption, SvError } from '@streetvision/core';
import type { TrainOptions } from '../train/options.js';

/** The options of `sv train`, in the order of its help page. */
export const trainOptionFlags: readonly CommandOption[] = [
  { flags: '--data <ref>', description: 'a folder of class folders, labels.csv, or any other dataset' },
  { flags: '--group <column>', description: 'what near-duplicates share: the column or key that says it' },
  { flags: '--out <dir>', description: 'the run folder: head.onnx, run.json, data.jsonl' },
  { flags: '--json <file>', description: 'write what was measured' },
  { flags: '--stage <name>', description: 'stage that gets the head (default: the only one that takes one)' },
  { flags: '--split <name>', description: 'split to train on (default: train, where the data has splits)' },
  { flags: '--where <column=value...>', description: 'only these samples' },
  { flags: '--except <column=value...>', description: 'not these samples' },
  { flags: '--positive <class>', description: 'the positive class, where the config has no task' },
  { flags: '--head <kind>', description: 'logistic, linear, mlp or svm (default: logistic)' },
  { flags: '--c <number>', description: 'inverse L2 penalty of logistic and svm, or auto (default: auto)' },
  { flags: '--hidden <sizes>', description: 'hidden layers of an mlp, such as 512,128 (default: 256)' },
  { flags: '--dropout <share>', description: 'after each hidden layer of an mlp (default: 0.3)' },
  { flags: '--epochs <n>', description: 'at most (default: 100)' },
  { flags: '--batch <n>', description: 'samples in a batch (default: 256)' },
  { flags: '--lr <rate>', description: 'learning rate (default: 0.001)' },
  { flags: '--weight-decay <rate>', description: 'of AdamW (default: 0.01)' },
  { flags: '--warmup <share>', description: 'share of the steps in which the rate rises (default: 0.05)' },
  { flags: '--clip <norm>', description: 'largest norm of the gradient (default: none)' },
  { flags: '--patience <n>', description: 'epochs without progress before it stops (default: 10)' },
  { flags: '--metric <name>', description: 'mcc, auroc, balancedAccuracy or logLoss: when to stop (default: mcc)' },
  { flags: '--loss <name>', description: 'bce or focal (default: bce)' },
  { flags: '--gamma <number>', description: 'exponent of the focal loss (default: 2)' },
  { flags: '--label-smoothing <share>', description: 'from 0 to below 0.5 (default: 0)' },
  { flags: '--class-weights <how>', description: 'balanced or none (default: balanced)' },
  { flags: '--group-weights <how>', description: 'samples, sqrt or equal: how much a group counts (default: sqrt)' },
  { flags: '--mixup <alpha>', description: 'mix features of two samples (default: 0, off)' },
  { flags: '--hard-negatives <share>', description: 'synthetic negatives in a batch, at most 0.5 (default: 0)' },
  { flags: '--contrastive <weight>', description: 'of a supervised contrastive term (default: 0)' },
  { flags: '--no-standardise', description: 'take features as they are' },
  { flags: '--seed <n>', description: 'of everything that is drawn (default: 0)' },
  { flags: '--seeds <n>', description: 'heads whose probabilities are averaged (default: 1)' },
  { flags: '--folds <n>', description: 'parts for the held-out figures; 0 for none (default: 5)' },
  { flags: '--inner-folds <n>', description: 'parts where the penalty is chosen (default: as --folds)' },
  { flags: '--rounds <n>', description: 'resamples behind the intervals (default: 2000)' },
  { flags: '--from <run>', description: 'go on from the head of an earlier run, or a head.onnx' },
  {
    flags: '--replay <run|data>',
    description: 'mix in samples of an earlier run or dataset (default: that of --from)',
  },
  { flags: '--replay-share <share>', description: 'share of the samples that are replayed (default: 0.3)' },
  { flags: '--date <text>', description: 'written into the head (default: none, so that runs are the same)' },
  { flags: '--stack <file>', description: 'learn how much each stage of the cascade counts, for fuse: learned(file)' },
  { flags: '--stack-method <name>', description: 'softmax or logistic (default: softmax)' },
  { flags: '--compare <runs...>', description: 'show runs side by side' },
  { flags: '--export-job <dir>', description: 'write a folder for full fine-tuning elsewhere' },
  { flags: '--import <dir>', description: 'check in what a trainer put into the folder of a job' },
];

const TEXTS = {
  data: 'data',
  out: 'out',
  group: 'group',
  stage: 'stage',
  split: 'split',
  positive: 'positive',
  from: 'from',
  replay: 'replay',
  date: 'date',
  head: 'kind',
  loss: 'loss',
  metric: 'metric',
  classWeights: 'classWeights',
  groupWeights: 'groupWeights',
} as const;
const NUMBERS = {
  dropout: 'dropout',
  epochs: 'epochs',
  batch: 'batchSize',
  lr: 'learningRate',
  weightDecay: 'weightDecay',
  warmup: 'warmup',
  clip: 'clip',
  patience: 'patience',
  gamma: 'gamma',
  labelSmoothing: 'labelSmoothing',
  mixup: 'mixup',
  hardNegatives: 'hardNegatives',
  contrastive: 'contrastive',
  seed: 'seed',
  seeds: 'seeds',
  folds: 'folds',
  innerFolds: 'innerFolds',
  rounds: 'rounds',
  replayShare: 'replayShare',
} as const;

/** What was typed, as the library takes it. Throws `SV_CLI_USAGE` where a number is none. */
export function trainOptions(typed: Readonly<Record<string, unknown>>): TrainOptions {
  const options: Record<string, unknown> = {};
  for (const [flag, key] of Object.entries(TEXTS)) if (typed[flag] !== undefined) options[key] = typed[flag];
  for (const [flag, key] of Object.entries(NUMBERS)) {
    if (typed[flag] !== undefined) options[key] = numberOf(typed[flag], flag);
  }
  if (typed.c !== undefined) options.c = typed.c === 'auto' ? 'auto' : numberOf(typed.c, 'c');
  if (typed.hidden !== undefined)
    options.hidden = String(typed.hidden)
      .split(',')
      .map((size) => numberOf(size, 'hidden'));
  if (typed.standardise === false) options.standardise = false;
  for (const flag of ['where', 'except'] as const) {
    if (typed[flag] !== undefined) options[flag] = Object.fromEntries((typed[flag] as string[]).map(pair));
  }
  if (options.groupWeights !== undefined && !['samples', 'sqrt', 'equal'].includes(String(options.groupWeights))) {
    throw usage(`--group-weights is ${options.groupWeights}, expected samples, sqrt or equal.`);
  }
  return options as unknown as TrainOptions;
}

function numberOf(text: unknown, flag: string): number {
  const value = String(text).trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw usage(`--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is \`${text}\`, expected a number.`);
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw usage(`\`${text}\` is no filter, expected column=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

const usage = (message: string) => new SvError('SV_CLI_USAGE', message, { fix: 'See `sv train --help`.' });

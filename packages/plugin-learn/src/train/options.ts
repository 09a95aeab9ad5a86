import { SvError } from '@streetvision/core';
import type { HeadOptions } from '../heads/types.js';

/** What `train` makes a head from. */
export interface TrainOptions extends Omit<HeadOptions, 'c'> {
  /** A dataset, as on the command line: `photos`, `labels.csv`, `coco:labels.json`. */
  readonly data: string;
  /** The run folder. Written whole or not at all. */
  readonly out: string;
  /** Column or metadata key that says the group. */
  readonly group?: string | undefined;
  /** Stage that gets the head. @default the only one that takes a head */
  readonly stage?: string | undefined;
  /** The split to train on. @default `train` where the data has splits, else everything */
  readonly split?: string | undefined;
  /** Only samples of which a column, or `source`, `group`, `label`, says this. */
  readonly where?: Readonly<Record<string, string>> | undefined;
  /** None of the samples of which a column says this: all clips but one. */
  readonly except?: Readonly<Record<string, string>> | undefined;
  /** The positive class, where the config has no task. */
  readonly positive?: string | undefined;
  /** Inverse of the L2 penalty of `logistic` and `svm`; `auto` chooses it on groups that are left out. @default 'auto' */
  readonly c?: number | 'auto';
  /** Parts that the groups are dealt to for the held-out figures; 0 for none. @default 5, or the number of groups if fewer */
  readonly folds?: number | undefined;
  /** Parts that the groups are dealt to where the penalty is chosen. @default as `folds`, or 5 */
  readonly innerFolds?: number | undefined;
  /** How much a group counts within its class: as its samples, as their square root, or all groups the same. @default 'sqrt' */
  readonly groupWeights?: 'samples' | 'sqrt' | 'equal';
  /** An earlier run folder or its `head.onnx`: training goes on from that head. */
  readonly from?: string | undefined;
  /** A run folder or dataset whose samples are mixed in, so that what was learnt is kept. @default the run of `from` */
  readonly replay?: string | undefined;
  /** Share of the training samples that are replayed, in [0, 1). @default 0.3 with `from`, else 0 */
  readonly replayShare?: number | undefined;
  /** Resamples behind the intervals. @default 2000, or 500 above 5,000 samples */
  readonly rounds?: number;
  /** Written into the head as it is; without one two runs give the same bytes. */
  readonly date?: string | undefined;
  /** Folder that relative paths start from. @default the folder of the config, for `data` that of the command */
  readonly cwd?: string | undefined;
}

/** Settings of the head alone, with whatever the user left out left out. */
export type HeadSettings = Omit<HeadOptions, 'c'> & { readonly c: number | 'auto' };

const HEAD_KEYS = [
  'kind',
  'hidden',
  'dropout',
  'loss',
  'gamma',
  'labelSmoothing',
  'classWeights',
  'epochs',
  'batchSize',
  'learningRate',
  'weightDecay',
  'warmup',
  'clip',
  'mixup',
  'hardNegatives',
  'contrastive',
  'patience',
  'metric',
  'seeds',
  'seed',
  'standardise',
] as const satisfies readonly (keyof HeadOptions)[];

/** What of the options is the head's. */
export function headSettings(options: Omit<TrainOptions, 'data' | 'out'>): HeadSettings {
  const given = Object.fromEntries(
    HEAD_KEYS.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
  return { ...given, c: options.c ?? 'auto' };
}

/** Whether a head of this kind has a penalty to choose. */
export const isPenalised = ({ kind = 'logistic' }: Pick<HeadOptions, 'kind'>): boolean =>
  kind === 'logistic' || kind === 'svm';

/** Throws `SV_TRAIN_OPTIONS`; what the head's own options may be, its trainer checks. */
export function checkTrainOptions({ c, folds, innerFolds, replay, replayShare, from, rounds }: TrainOptions): void {
  if (c !== undefined && c !== 'auto' && !(Number.isFinite(c) && c > 0)) {
    throw wrong(`\`c\` is ${c}, expected a number above 0 or \`auto\`.`);
  }
  if (folds !== undefined && !(Number.isInteger(folds) && folds >= 0 && folds !== 1)) {
    throw wrong(`\`folds\` is ${folds}, expected 0 for none, or a whole number from 2.`);
  }
  if (innerFolds !== undefined && !(Number.isInteger(innerFolds) && innerFolds >= 2)) {
    throw wrong(`\`innerFolds\` is ${innerFolds}, expected a whole number from 2.`);
  }
  if (replayShare !== undefined && !(replayShare >= 0 && replayShare < 1)) {
    throw wrong(`\`replayShare\` is ${replayShare}, expected a number from 0 to below 1.`);
  }
  if (replayShare !== undefined && replayShare > 0 && replay === undefined && from === undefined) {
    throw wrong('`replayShare` was given, and nothing to replay.', 'Name a run or dataset: --replay runs/first.');
  }
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
    throw wrong(`\`rounds\` is ${rounds}, expected a whole number from 1.`);
  }
}

const wrong = (message: string, fix?: string) => new SvError('SV_TRAIN_OPTIONS', message, fix ? { fix } : {});

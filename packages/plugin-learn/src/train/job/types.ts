import type { ResolvedSpec } from '@streetvision/core';
import type { Metrics } from '../../metrics/types.js';
import type { HeadSettings } from '../options.js';
import type { RunData } from '../run.js';

/** `job.json`: what is to be trained elsewhere, and what must come back. */
export interface Job {
  readonly version: 1;
  readonly kind: 'job';
  readonly task: string | null;
  readonly classes: readonly string[];
  readonly positive: string;
  readonly stage: string;
  /** The frozen backbone that the stage has now, and where its fine-tuning starts. */
  readonly backbone: { readonly id: string; readonly identity: Readonly<Record<string, unknown>> };
  /** How pictures become `pixel_values`. */
  readonly preprocessing: ResolvedSpec;
  readonly seed: number;
  /** Of the fine-tuning, as a start; the trainer may choose others and say so in `result/trainer.json`. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** What `sv train` would be told for a head alone. */
  readonly head: HeadSettings;
  readonly data: Pick<RunData, 'name' | 'sha256' | 'n' | 'byClass' | 'groups'>;
  readonly n: number;
  /** Ids of the pictures whose inputs are in `checks/inputs.f32`, in its order. */
  readonly checks: readonly string[];
}

/** One line of `data.jsonl`. */
export interface JobLine {
  readonly id: string;
  /** Relative to the folder of the job. */
  readonly file: string;
  readonly label: string;
  readonly group: string;
  readonly source: string;
  readonly split: 'train' | 'validation';
  readonly sha256: string;
}

/** What was checked in. */
export interface Imported {
  readonly version: 1;
  /** A folder for `backbone`, or a head for the backbone of the stage. */
  readonly kind: 'model' | 'head';
  readonly sha256: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly dimension: number;
  /** Largest distance from `reference.json` of the trainer; `null` without one. */
  readonly difference: number | null;
  /** On the pictures of the validation split; `null` where nothing says a probability. */
  readonly validation: Metrics | null;
  /** What the trainer says of itself. */
  readonly trainer: unknown;
  /** A head lies in the job that fits this model, and waits until the config names the folder. */
  readonly headWaits: boolean;
}

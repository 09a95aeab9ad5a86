import { SvError } from '@streetvision/core';
import type { FitMethod } from '../fit/choose.js';

/** What is asked of the thresholds. */
export interface CalibrateOptions {
  /**
   * Error that is promised not to be exceeded, in (0, 1). @default 0.05, or none where an exit share or a budget
   * chooses the thresholds
   */
  readonly targetError?: number;
  /** How sure the promise is, in (0, 1). @default 0.95 */
  readonly confidence?: number;
  /** `conditional`: error among the frames that leave. `marginal`: wrong exits among all frames. @default 'conditional' */
  readonly risk?: 'conditional' | 'marginal';
  /** How thresholds are tested. @default 'fixed-sequence' */
  readonly method?: 'fixed-sequence' | 'clopper-pearson';
  /** Sides to leave on: a promise for one side needs fewer frames. @default 'both' */
  readonly sides?: 'both' | 'low' | 'high';
  /** Share of the frames that reach a step and shall leave there, in (0, 1]. Thresholds are then chosen by it. */
  readonly targetExitShare?: number;
  /** Mean milliseconds of recorded time per frame. Thresholds are then chosen by it. */
  readonly budgetMs?: number;
  /** How scores become probabilities. @default 'auto' */
  readonly fit?: FitMethod;
  /** A calibrated probability that is moved to 0.5, or `mcc` for the one with the highest MCC. @default none */
  readonly shift?: number | 'mcc';
  /** The only step to calibrate, by its name. @default all */
  readonly step?: string;
  /**
   * Draws one frame of each group, so that near-duplicates cannot make the promise look surer than it is. Needs as many
   * groups as it otherwise needs frames. @default false
   */
  readonly onePerGroup?: boolean;
  /** Of the folds that choose the fit, and of that draw. @default 0 */
  readonly seed?: number;
}

/** The options with their defaults. */
export interface Terms {
  readonly targetError: number | null;
  readonly confidence: number;
  readonly risk: 'conditional' | 'marginal';
  readonly method: 'fixed-sequence' | 'clopper-pearson';
  readonly sides: readonly ('low' | 'high')[];
  readonly chosenBy: 'error' | 'exit-share' | 'budget';
  readonly targetExitShare: number | undefined;
  readonly budgetMs: number | undefined;
  readonly fit: FitMethod;
  readonly shift: number | 'mcc' | undefined;
  readonly onePerGroup: boolean;
  readonly seed: number;
}

/** Fills in defaults. Throws `SV_TRAIN_OPTIONS`. */
export function readTerms(options: CalibrateOptions): Terms {
  const { targetExitShare, budgetMs, confidence = 0.95, shift } = options;
  if (targetExitShare !== undefined && budgetMs !== undefined) {
    throw new SvError('SV_TRAIN_OPTIONS', 'Both an exit share and a budget were given.', {
      fix: 'Choose thresholds by one of them.',
    });
  }
  const chosenBy = targetExitShare !== undefined ? 'exit-share' : budgetMs !== undefined ? 'budget' : 'error';
  const targetError = options.targetError ?? (chosenBy === 'error' ? 0.05 : null);
  inside('targetError', targetError, targetError === null || (targetError > 0 && targetError < 1), 'in (0, 1)');
  inside('confidence', confidence, confidence > 0 && confidence < 1, 'in (0, 1)');
  inside(
    'targetExitShare',
    targetExitShare,
    !(targetExitShare !== undefined && !(targetExitShare > 0 && targetExitShare <= 1)),
    'in (0, 1]',
  );
  inside('budgetMs', budgetMs, budgetMs === undefined || budgetMs > 0, 'above 0');
  inside('shift', shift, shift === undefined || shift === 'mcc' || (shift > 0 && shift < 1), 'in (0, 1), or mcc');
  return {
    targetError,
    confidence,
    chosenBy,
    targetExitShare,
    budgetMs,
    shift,
    risk: options.risk ?? 'conditional',
    method: options.method ?? 'fixed-sequence',
    sides: options.sides === undefined || options.sides === 'both' ? ['low', 'high'] : [options.sides],
    fit: options.fit ?? 'auto',
    onePerGroup: options.onePerGroup ?? false,
    seed: options.seed ?? 0,
  };
}

function inside(name: string, value: unknown, right: boolean, expected: string): void {
  if (!right) throw new SvError('SV_TRAIN_OPTIONS', `${name} is ${String(value)}, expected a number ${expected}.`);
}

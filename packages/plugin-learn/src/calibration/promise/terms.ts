import { didYouMean, SvError } from '@streetvision/core';
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
  /** The only step to calibrate, by its name: steps before it keep the exits that they have. @default all */
  readonly step?: string;
  /**
   * Takes the frames of a group as independent. Otherwise one frame is drawn of each group, since near-duplicates would
   * make the promise look surer than it is: as many groups are then needed as frames where each is on its own.
   * @default false
   */
  readonly framesIndependent?: boolean;
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
  readonly step: string | undefined;
  readonly framesIndependent: boolean;
  readonly seed: number;
}

/** What the options that choose may be. */
export const CHOICES = {
  risk: ['conditional', 'marginal'],
  method: ['fixed-sequence', 'clopper-pearson'],
  sides: ['both', 'low', 'high'],
  fit: ['auto', 'temperature', 'platt', 'isotonic', 'none'],
} as const;

/** Fills in defaults. Throws `SV_TRAIN_OPTIONS`. */
export function readTerms(options: CalibrateOptions): Terms {
  const { targetExitShare, budgetMs, confidence = 0.95, shift } = options;
  for (const [name, known] of Object.entries(CHOICES)) oneOf(name, options[name as keyof typeof CHOICES], known);
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
    step: options.step,
    framesIndependent: options.framesIndependent ?? false,
    seed: options.seed ?? 0,
  };
}

function inside(name: string, value: unknown, right: boolean, expected: string): void {
  if (!right) throw new SvError('SV_TRAIN_OPTIONS', `${name} is ${String(value)}, expected a number ${expected}.`);
}

function oneOf(name: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || (known as readonly unknown[]).includes(value)) return;
  const near = didYouMean(String(value), known);
  throw new SvError('SV_TRAIN_OPTIONS', `${name} is ${JSON.stringify(value)}, expected ${known.join(', ')}.${near}`);
}

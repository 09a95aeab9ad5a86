import type { StageIdentity } from '../types/index.js';

/**
 * Makes a probability of a score; never falls where the score rises. `temperature`: σ(logit s / T). `platt`:
 * σ(a · logit s + b). `isotonic`: linear between the points, level outside of them. Scores are kept 1e-6 away from 0
 * and 1 before a logit is taken.
 */
export type CalibrationMap =
  | { readonly method: 'none' }
  | { readonly method: 'temperature'; readonly temperature: number }
  | { readonly method: 'platt'; readonly a: number; readonly b: number }
  | { readonly method: 'isotonic'; readonly x: readonly number[]; readonly y: readonly number[] };

/** What was seen of the frames that leave on one side of a step. */
export interface SideEvidence {
  /** Frames that left, and how many of them were answered wrongly. */
  readonly exits: number;
  readonly errors: number;
  /** Upper bound of the error: among exits where the promise is conditional, else among all frames. */
  readonly upper: number;
  /** Groups among the exits: near-duplicates say less than their number. */
  readonly groups: number;
  /** As many independent frames would say as much; with it the same bound, as a check. `null` where every frame is its own group. */
  readonly effectiveN: number | null;
  readonly upperByGroup: number | null;
}

/** A side that nobody leaves on, and why. */
export interface SideRefused {
  readonly refused: string;
}

/** The calibration of one step. */
export interface StepCalibration {
  /** Every stage that had a say, those of earlier steps included. */
  readonly stages: readonly StageIdentity[];
  readonly map: CalibrationMap;
  /** The calibrated probability that is moved to 0.5 in what the step answers; `null` where nothing is moved. */
  readonly shift: number | null;
  /** Frames that reached the step, the positive ones among them, and their groups. */
  readonly n: number;
  readonly positives: number;
  readonly groups: number;
  /** Bounds of the score before it is calibrated: out at or below `low`, and at or above `high`. `null`: nobody leaves there. */
  readonly thresholds: { readonly low: number | null; readonly high: number | null };
  readonly low: SideEvidence | SideRefused;
  readonly high: SideEvidence | SideRefused;
}

export interface CalibrationPromise {
  /** Error among the frames that leave, or wrong exits among all frames. */
  readonly kind: 'conditional' | 'marginal';
  /** By what the thresholds were chosen. */
  readonly chosenBy: 'error' | 'exit-share' | 'budget';
  /** `null` where nothing is promised beyond the bounds of each side. */
  readonly targetError: number | null;
  readonly confidence: number;
  readonly method: 'fixed-sequence' | 'clopper-pearson';
  /** How the confidence is shared between sides, steps and thresholds. */
  readonly correction: string;
  /** The promise, in one sentence. */
  readonly statement: string;
  /** What it rests on. */
  readonly caveats: readonly string[];
}

/** The form of `calibration.json`. */
export interface Calibration {
  readonly version: 1;
  readonly kind: 'calibration';
  readonly task: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly positive: string;
    readonly threshold: number;
  };
  /** `sha256` over pictures, labels and groups of what was used. */
  readonly data: {
    readonly name: string;
    readonly sha256: string;
    readonly n: number;
    /** Frames that could not be used: a head was trained on them or on their group, or nobody labelled them. */
    /** `failed`: pictures that could not be read or that no stage answered; absent for none. */
    readonly leftOut: { readonly trainedOn: number; readonly unlabelled: number; readonly failed?: number };
    /**
     * The first 16 hex digits of the sha256 of each picture, and of the sha256 of the name of each group, sorted: with
     * them `sv eval` sees that it judges what calibrated. Empty in a file that lacks them.
     */
    readonly pictures: readonly string[];
    readonly groups: readonly string[];
  };
  /** Mean recorded milliseconds of a frame under the thresholds, and where every step runs. */
  readonly cost: { readonly ms: number; readonly msWithout: number };
  readonly promise: CalibrationPromise;
  /** By the name of the step: its stages, joined with `+`. */
  readonly steps: Readonly<Record<string, StepCalibration>>;
}

import type { StageIdentity } from '@streetvision/core';

/** What a step made of each frame. */
export interface StepAnswers {
  /** Its stages, joined with `+`. */
  readonly name: string;
  /** Every stage that had a say, those of earlier steps included. */
  readonly stages: readonly StageIdentity[];
  /** Of the fused verdict, in [0, 1]; `null` where the step was left out or nobody decided. */
  readonly scores: readonly (number | null)[];
  /** Milliseconds that it took. */
  readonly ms: readonly number[];
}

/** Labelled frames, with what every step made of them. */
export interface CalibrationSet {
  /** 1 for the positive class, else 0. */
  readonly truth: ArrayLike<number>;
  readonly groups: readonly string[];
  readonly steps: readonly StepAnswers[];
  /** A score at or above it gets the positive label. */
  readonly threshold: number;
}

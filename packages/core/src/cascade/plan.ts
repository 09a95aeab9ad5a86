import type { Hooks } from '../hooks/create.js';
import type { ExitRule, FuseRule, Logger, StageCall, StageMs, Task, When } from '../types/index.js';
import type { Stop } from './stop.js';

/** A stage as the cascade sees it: something to ask. */
export interface PlannedStage {
  readonly name: string;
  readonly plugin: string;
  readonly accepts: readonly ('image' | 'video')[];
}

/**
 * A call with room for what only core notes on it. Fields and not a WeakMap: with thousands of short-lived keys the
 * collector would spend more time than all hooks together.
 */
export interface Asked extends StageCall {
  readonly stop: Stop;
  /** Plugin that answered in place of the model. */
  by: string | undefined;
  /** What the model took, where the model itself was asked. */
  ms: StageMs | undefined;
  /**
   * The model's side of the call, where the model itself was asked. An object and not a bare function: Node 20 lets
   * objects that get a closure after they were made outlive their frame.
   */
  model: { giveUp(reason: unknown): void } | undefined;
}

export interface PlannedStep {
  readonly index: number;
  /** Its stages, joined with `+`. */
  readonly name: string;
  readonly stages: readonly PlannedStage[];
  readonly when: When | undefined;
  readonly fuse: FuseRule;
  readonly exits: readonly ExitRule[];
  /** What its calibrated exit rule makes of the score of its one stage. */
  readonly calibrate: ((score: number) => number) | undefined;
  readonly timeoutMs: number | undefined;
  readonly onError: 'fail' | 'skip' | { readonly use: PlannedStage };
}

/** A config, resolved once: everything that a run needs and no run changes. */
export interface CascadePlan {
  readonly task: Task | undefined;
  readonly steps: readonly PlannedStep[];
  readonly hooks: Hooks;
  readonly log: Logger;
  /** When the budget is spent. */
  readonly onExceeded: 'answer' | 'fail';
}

import type { Hooks } from '../hooks/create.js';
import type { ExitRule, FuseRule, Logger, StageCall, StageMs, StageOutput, Task, When } from '../types/index.js';

/** A stage as the cascade sees it: something to ask. */
export interface PlannedStage {
  readonly name: string;
  readonly plugin: string;
  readonly accepts: readonly ('image' | 'video')[];
}

/** What a stage said, and what it cost. */
export interface StageAnswer {
  readonly output: StageOutput;
  readonly ms: StageMs;
}

export interface PlannedStep {
  readonly index: number;
  /** Its stages, joined with `+`. */
  readonly name: string;
  readonly stages: readonly PlannedStage[];
  readonly when: When | undefined;
  readonly fuse: FuseRule;
  readonly exits: readonly ExitRule[];
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
  /** What the models said of a call, where the model itself was asked: cost, for the trace. */
  readonly costs: WeakMap<StageCall, StageMs>;
  /** Tells the model that nobody waits for this call any more. */
  giveUp(call: StageCall, reason: unknown): void;
}

import type { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesHook, AsyncSeriesWaterfallHook } from 'tapable';
import type { Frame } from './frame.js';
import type { Logger } from './log.js';
import type { Evidence, Exit, Result, StageOutput, Verdict } from './result.js';
import type { MaybePromise, RunContext } from './stage.js';
import type { Task } from './task.js';

/** Asks for one stage's answer on one frame. */
export interface StageCall {
  readonly stage: string;
  readonly step: number;
  readonly frame: Frame;
  readonly evidence: Evidence;
  /** `performance.now()` value after which nobody waits: the run's deadline or the step's timeout, whichever is first. */
  readonly deadline: number;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** The six hook points. Every handler type and plugin field is derived from this interface. */
export interface CascadeHooks {
  /** Rewrites a frame before the first stage. */
  preprocess: AsyncSeriesWaterfallHook<[Frame, RunContext]>;
  /** Answers for a stage; the first tap to return an output wins, the model itself taps last. */
  stage: AsyncSeriesBailHook<[StageCall, RunContext], StageOutput | undefined>;
  /** Refines the verdict after each step. */
  fuse: AsyncSeriesWaterfallHook<[Verdict, Evidence, RunContext]>;
  /** Ends the cascade; the first tap to return an exit wins. */
  exit: AsyncSeriesBailHook<[Verdict, Evidence, RunContext], Exit | undefined>;
  /** Rewrites a result before it is returned. */
  postprocess: AsyncSeriesWaterfallHook<[Result, RunContext]>;
  /** Observes a result. A failing observer is reported, never thrown. */
  onResult: AsyncParallelHook<[Result, RunContext]>;
}

/** Before the first frame, in plugin order; and after the last, in reverse. */
export interface LifecycleHooks {
  ready: AsyncSeriesHook<[]>;
  close: AsyncSeriesHook<[]>;
}

export type HookName = keyof CascadeHooks;

/** Hooks that rewrite their first argument, decide, or observe. */
type Answer = {
  preprocess: Frame;
  stage: StageOutput;
  fuse: Verdict;
  exit: Exit;
  postprocess: Result;
  onResult: never;
};

type HookArguments<Hook> = Hook extends { promise(...args: infer Args): unknown } ? Args : never;

/** A handler takes the hook's arguments; `undefined` means nothing to say. */
export type HookHandlers = {
  [Name in HookName]: (...args: HookArguments<CascadeHooks[Name]>) => MaybePromise<Answer[Name] | undefined | void>;
};

/** `pre` runs before the others, `post` after them. */
export type HookOrder = 'pre' | 'post';

/** A hook is a function, or a function with an order. */
export type ObjectHook<Handler> = Handler | { readonly order: HookOrder; readonly handler: Handler };

/** Which model a stage is. */
export interface StageIdentity {
  readonly stage: string;
  readonly plugin: string;
  /** Hex sha256 over its model files and what the stage says of itself; equal where both are equal. */
  readonly sha256: string;
}

/** What a rule may look at before the first frame. */
export interface RuleContext {
  /** Folder that relative paths of the config start from. */
  readonly dir: string;
  readonly task: Task | undefined;
  readonly log: Logger;
  /** Its step: the stages, and its name, which is theirs joined with `+`. */
  readonly step: {
    readonly index: number;
    readonly name: string;
    readonly stages: readonly string[];
    /** No step follows. */
    readonly last: boolean;
  };
  /** Of every stage that is loaded, by name. */
  readonly stages: ReadonlyMap<string, StageIdentity>;
}

/** A rule that reads a file before the first frame gives the rule to use from then on. Throws what is wrong with it. */
export interface Prepared<Rule> {
  /** That file, relative to the folder of the config. */
  readonly reads?: string;
  prepare?(ctx: RuleContext): MaybePromise<Rule>;
}

export type ExitRule = HookHandlers['exit'] & Prepared<HookHandlers['exit'] & Calibrates>;
export type FuseRule = HookHandlers['fuse'] & Prepared<HookHandlers['fuse']>;

/** What an exit rule that knows a calibration adds to the trace. */
export interface Calibrates {
  /** The calibrated probability of a score, both in [0, 1]. */
  calibrate?(score: number): number;
}

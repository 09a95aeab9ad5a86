import type { EngineOptions, Session, Tensor } from './engine.js';
import type { Frame, TensorSpec } from './frame.js';
import type { Logger } from './log.js';
import type { ModelFile, ModelRef } from './model.js';
import type { Evidence, StageOutput } from './result.js';
import type { Task } from './task.js';
import type { HeadSlot } from './training.js';

export type MaybePromise<T> = T | Promise<T>;

/** What is known of one run of the cascade. */
export interface RunContext {
  /** The frame after `preprocess`. */
  readonly frame: Frame;
  readonly task: Task | undefined;
  /** Aborted when the caller gives up or the deadline passes. */
  readonly signal: AbortSignal;
  /** `performance.now()` value after which the answer is worthless; `Infinity` without a budget. */
  readonly deadline: number;
  readonly log: Logger;
}

/** What a stage has at hand while it loads. */
export interface LoadContext {
  readonly task: Task | undefined;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Downloads, verifies and returns a model file. Throws `SV_MODEL_*`. */
  model(ref: ModelRef): Promise<ModelFile>;
  /** Opens a graph in the configured engine; `options` win over the config's. Throws `SV_ENGINE_*`. */
  open(path: string, options?: EngineOptions): Promise<Session>;
  /** A folder of the stage's own in the cache, made when asked for. Shared between runs and processes. */
  cacheDir(name: string): Promise<string>;
}

/** What a stage has at hand while it runs a batch. */
export interface StageContext {
  readonly task: Task | undefined;
  /** Aborted when every frame of the batch was given up. */
  readonly signal: AbortSignal;
  /** The latest deadline in the batch. */
  readonly deadline: number;
  readonly log: Logger;
  /** What earlier steps said of each frame, in the order of `frames`. */
  readonly evidence: readonly Evidence[];
  /** `[frames, ...dims]` in one recycled buffer: hand it to a session and forget it. Throws `SV_IMAGE_*`. */
  stack(frames: readonly Frame[], spec: TensorSpec): Promise<Tensor>;
}

/**
 * One model or service that says something of a frame.
 * @template State what `load` returns and `run` receives
 */
export interface Stage<
  Name extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: state is the stage's own business; `any` keeps it assignable both ways
  State = any,
  Output extends StageOutput = StageOutput,
> {
  /** Unique in a config; what a step's `run` names. */
  readonly name: Name;
  /** A stage that does not accept a clip sees the frame that stands for it. @default ['image'] */
  readonly accepts?: readonly ('image' | 'video')[];
  /** Largest batch that `run` takes. @default 1 */
  readonly maxBatch?: number;
  /** How long a frame may wait for others, in milliseconds; never past its deadline. @default 0 */
  readonly maxDelayMs?: number;
  /**
   * Batches that may run at once. A batch that every caller has given up does not count, up to four of them: end it
   * when `ctx.signal` is aborted. Write it after `load`, so that the type of the state is known. @default 1
   */
  readonly parallel?: number | ((state: State) => number);
  /** Loads weights; called once, before `ready`. */
  load?(ctx: LoadContext): MaybePromise<State>;
  /** One output per frame, in order. */
  run(frames: readonly Frame[], state: State, ctx: StageContext): MaybePromise<readonly Output[]>;
  /**
   * What tells this model from another where that is not in the files it loads: the name of a served model. Calibrations
   * are bound to it. @default the sha256 of all model files that `load` asked for
   */
  identity?(state: State): string;
  /** How its head is trained: `sv train` makes one for it. */
  readonly head?: HeadSlot;
  /** Frees what `load` took. */
  unload?(state: State): MaybePromise<void>;
}

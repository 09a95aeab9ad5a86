import type { SvError } from '../errors/sv-error.js';
import type { Clip, Frame } from './frame.js';
import type { StageIdentity } from './hooks.js';
import type { Plugin } from './plugin.js';
import type { Result } from './result.js';
import type { Task } from './task.js';

/** A path, the encoded picture, a frame; or bytes under a name of the caller's. */
export type RunInput =
  | string
  | Uint8Array
  | Frame
  | { readonly id: string; readonly bytes: Uint8Array; readonly meta?: Readonly<Record<string, unknown>> }
  | { readonly id: string; readonly clip: Clip; readonly meta?: Readonly<Record<string, unknown>> };

export interface RunCallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; the shorter of this and `budget.ms` holds. */
  readonly timeoutMs?: number;
}

/** What became of one input of `runAll`. */
export type Outcome =
  | { readonly input: string; readonly result: Result; readonly error?: undefined }
  | { readonly input: string; readonly error: SvError; readonly result?: undefined };

/** A cascade that is ready to answer. */
export interface Runtime {
  readonly task: Task | undefined;
  readonly plugins: readonly Plugin[];
  /** Which model each stage is, of all that the cascade can reach; in the order of the plugins. */
  readonly stages: readonly StageIdentity[];
  /** Throws `SvError`: `SV_IMAGE_*`, `SV_STAGE_*`, `SV_OVERLOADED`, `SV_DEADLINE`, … */
  run(input: RunInput, options?: RunCallOptions): Promise<Result>;
  /** Answers in the order of the inputs, holding no more than twice `concurrency` of them; a failure is an outcome, not a throw. */
  runAll(inputs: AsyncIterable<RunInput> | Iterable<RunInput>, options?: RunCallOptions): AsyncIterable<Outcome>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

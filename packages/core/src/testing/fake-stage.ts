import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin } from '../define.js';
import type { Frame, Plugin, Stage, StageContext, StageOutput } from '../types/index.js';
import { PLUGIN_API } from '../version.js';

export interface FakeStageOptions<Name extends string = string> {
  /** @default 'fake' */
  readonly name?: Name;
  /** What it says of every frame; may be `NaN`, to see what comes of it. @default 0.5 */
  readonly score?: number;
  /** What it says of a frame by the frame's id, where `score` does not hold for all. */
  readonly scores?: Readonly<Record<string, number>>;
  /** The whole output, for boxes, classes, embeddings. Wins over `score` and `scores`. */
  readonly output?: (frame: Frame, index: number) => StageOutput;
  /** Throws it, or an error with this message. */
  readonly fail?: Error | string;
  /** How many runs fail before it answers. @default all */
  readonly failures?: number;
  /** Never answers: `'abortable'` ends when it is told to, `true` does not even then. */
  readonly hang?: boolean | 'abortable';
  /** Milliseconds before it answers. @default 0 */
  readonly delayMs?: number;
  /** Returns so many outputs, however many frames there are. */
  readonly count?: number;
  readonly accepts?: readonly ('image' | 'video')[];
  readonly maxBatch?: number;
  readonly maxDelayMs?: number;
  readonly parallel?: number;
}

/** What became of a fake stage so far. */
export interface FakeStageRecord {
  /** Ids of the frames of each run. */
  readonly runs: (readonly string[])[];
  loads: number;
  unloads: number;
}

/** A stage that does what it is told. `record` says what was asked of it. */
export type FakeStage<Name extends string = string> = Stage<Name, undefined> & { readonly record: FakeStageRecord };

/**
 * A stage without a model, for tests of a cascade.
 *
 * @example
 * const slow = fakeStage({ name: 'slow', score: 0.9, delayMs: 50 });
 * const sv = await createRuntime({ plugins: [fakePlugin({ stages: [slow] })], cascade: [{ run: 'slow' }] });
 */
export function fakeStage<const Name extends string = 'fake'>(options: FakeStageOptions<Name> = {}): FakeStage<Name> {
  const { failures = Number.POSITIVE_INFINITY, accepts, maxBatch, maxDelayMs, parallel } = options;
  const record: FakeStageRecord = { runs: [], loads: 0, unloads: 0 };
  const stage: Stage<Name, undefined> = {
    name: (options.name ?? 'fake') as Name,
    ...(accepts ? { accepts } : {}),
    ...(maxBatch === undefined ? {} : { maxBatch }),
    ...(maxDelayMs === undefined ? {} : { maxDelayMs }),
    ...(parallel === undefined ? {} : { parallel }),
    load() {
      record.loads++;
      return undefined;
    },
    async run(frames, _state, ctx) {
      record.runs.push(frames.map(({ id }) => id));
      if (options.delayMs) await sleep(options.delayMs, undefined, { signal: ctx.signal });
      if (options.hang) await hanging(options.hang, ctx);
      if (options.fail !== undefined && record.runs.length <= failures) {
        throw typeof options.fail === 'string' ? new Error(options.fail) : options.fail;
      }
      const outputs = frames.map((frame, index) => answer(options, frame, index));
      return options.count === undefined
        ? outputs
        : Array.from({ length: options.count }, (_, i) => outputs[i] ?? { score: 0.5 });
    },
    unload() {
      record.unloads++;
    },
  };
  // Beside what a stage may have, whose keys are checked at load.
  return Object.defineProperty(stage, 'record', { value: record }) as FakeStage<Name>;
}

function answer({ output, scores, score = 0.5 }: FakeStageOptions, frame: Frame, index: number): StageOutput {
  return output ? output(frame, index) : { score: scores?.[frame.id] ?? score };
}

function hanging(kind: true | 'abortable', { signal }: StageContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (kind === 'abortable') signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * A plugin around fake stages, or around hooks alone.
 *
 * @example
 * fakePlugin({ stages: [fakeStage({ score: 0.2 })], hooks: { onResult: (result) => seen.push(result) } })
 */
// biome-ignore lint/suspicious/noExplicitAny: the stage's state does not matter here
export function fakePlugin<const S extends Stage<any, any, any> = never>(
  plugin: Partial<Plugin<S>> & { readonly stages?: readonly S[] } = {},
): Plugin<S> {
  return definePlugin<S>({ name: 'fake', api: `^${PLUGIN_API}`, ...plugin });
}

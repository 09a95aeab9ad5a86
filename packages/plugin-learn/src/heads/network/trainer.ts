import type { EngineOptions, Session, Tensor } from '@streetvision/core';
import { adamWFeeds } from '@streetvision/onnx';
import { openGraph } from '../open-graph.js';
import { logitsOf } from '../weights.js';
import { type Architecture, parametersOf } from './architecture.js';
import { BETAS, forwardGraph, nextName, type StepOptions, stateNames, stepGraph } from './graphs.js';
import type { TrainingState } from './state.js';

/** What one step is made on; its buffers are given away. */
export interface Batch {
  readonly rows: number;
  /** `[rows, dimension]`. */
  readonly x: Float32Array;
  /** `[rows, classes]`. */
  readonly targets: Float32Array;
  /** `[rows, width]` for each hidden layer, where the step is masked: 0, or 1 / (1 − dropout). */
  readonly masks: readonly Float32Array[];
  /** `[rows, rows]`, where the step is contrastive. */
  readonly pairs?: Float32Array;
}

/** What comes of a step. */
export interface StepResult {
  readonly state: TrainingState;
  /** Before the step. */
  readonly loss: number;
  /** Of all gradients together, before they were clipped; where there is a `clip`. */
  readonly norm: number | undefined;
  /** `[rows]` or `[rows, classes]`, where answers were asked for. */
  readonly probability: Float32Array | undefined;
}

/** A network that is being trained, in onnxruntime. */
export interface Trainer {
  step(
    state: TrainingState,
    batch: Batch,
    rate: { readonly learningRate: number; readonly weightDecay: number },
    signal?: AbortSignal,
  ): Promise<StepResult>;
  /** Probabilities of rows `[rows]` or `[rows, classes]`, by the weights of a state, which it keeps. */
  predict(state: TrainingState, x: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  close(): Promise<void>;
}

const ROWS_AT_ONCE = 4096;

/** Opens the graphs that a network is trained with. Throws `SV_ENGINE_*`. */
export async function openTrainer(
  architecture: Architecture,
  options: StepOptions,
  open: (path: string, options: EngineOptions) => Promise<Session>,
): Promise<Trainer> {
  const names = parametersOf(architecture);
  const training = await openGraph(stepGraph(architecture, options), open);
  // Opened when it is first needed: without validation it never is.
  let predicting: Promise<Session> | undefined;
  return {
    async step(state, batch, { learningRate, weightDecay }, signal) {
      const { rows } = batch;
      const step = state.step + 1;
      const feeds: Record<string, Tensor> = {
        x: float(batch.x, [rows, architecture.dimension]),
        targets: float(batch.targets, [rows, architecture.classes]),
        ...(batch.pairs && { pairs: float(batch.pairs, [rows, rows]) }),
      };
      for (const [i, mask] of batch.masks.entries()) feeds[`mask_${i}`] = float(mask, [rows, mask.length / rows]);
      for (const [name, value] of Object.entries(adamWFeeds({ learningRate, weightDecay, step }, BETAS))) {
        feeds[name] = float(Float32Array.of(value), []);
      }
      for (const { name, dims } of names) {
        for (const part of stateNames(name)) feeds[part] = float(state.tensors[part] as Float32Array, dims);
      }
      const out = await training.run(feeds, signal ? { signal } : {});
      const data = (name: string) => out[name]?.data as Float32Array | undefined;
      const tensors = names.flatMap(({ name }) =>
        stateNames(name).map((part) => [part, data(nextName(part)) as Float32Array] as const),
      );
      return {
        state: { tensors: Object.fromEntries(tensors), step },
        loss: data('loss')?.[0] as number,
        norm: data('norm')?.[0],
        probability: data('probability'),
      };
    },
    async predict(state, x, signal) {
      predicting ??= openGraph(forwardGraph(architecture), open);
      const session = await predicting;
      const { dimension } = architecture;
      const width = logitsOf(architecture.classes);
      const count = x.length / dimension;
      const out = new Float32Array(count * width);
      for (let from = 0; from < count; from += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, count - from);
        const feeds: Record<string, Tensor> = {
          x: float(x.slice(from * dimension, (from + rows) * dimension), [rows, dimension]),
        };
        for (const { name, dims } of names) feeds[name] = float((state.tensors[name] as Float32Array).slice(), dims);
        const { probability } = await session.run(feeds, signal ? { signal } : {});
        out.set(probability?.data as Float32Array, from * width);
      }
      return out;
    },
    async close() {
      await Promise.all([training.close(), predicting?.then((session) => session.close())]);
    },
  };
}

function float(data: Float32Array, dims: readonly number[]): Tensor {
  return { type: 'float32', data, dims };
}

import {
  createRandom,
  type LoadContext,
  type ModelFile,
  SvError,
  type Tensor,
  type Uncertainty,
} from '@streetvision/core';
import type { HeadMetadata } from '../head/metadata.js';
import { type Head, openHead } from '../head/open.js';
import { meanOf, uncertaintyOf } from './uncertainty.js';

/** MC dropout: the head is asked several times with hidden units left out, and the answers are averaged. */
export interface McDropoutOptions {
  /** Passes through the head; the backbone runs once. @default 32 */
  readonly samples?: number;
  /** Draws the masks. They are drawn once, so that an answer does not depend on what else is in its batch. @default 0 */
  readonly seed?: number;
}

/** What a head says of one frame. */
export interface HeadAnswer {
  /** Probability per class. */
  readonly row: readonly number[];
  readonly uncertainty?: Uncertainty;
}

/** A head as the stage asks it. */
export interface AskedHead {
  readonly metadata: HeadMetadata;
  /** @param embeddings `[frames, dimension]` */
  answer(embeddings: Float32Array, frames: number, signal: AbortSignal): Promise<readonly HeadAnswer[]>;
  close(): Promise<void>;
}

/** A head that answers once. */
export function askOnce(head: Head): AskedHead {
  return {
    metadata: head.metadata,
    answer: async (embeddings, frames, signal) =>
      (await head.classify(embeddings, frames, signal)).map((row) => ({ row })),
    close: () => head.close(),
  };
}

/**
 * A head whose masks are fed. All samples of all frames go through it in one call.
 * Throws `SV_HEAD_INVALID`, and `SV_CONFIG_INVALID` for a head without dropout.
 */
export async function openSampledHead(
  file: ModelFile,
  metadata: HeadMetadata,
  { samples = 32, seed = 0 }: McDropoutOptions,
  ctx: Pick<LoadContext, 'open'>,
): Promise<AskedHead> {
  const { dropout, dimension, classes, positive } = metadata;
  if (!dropout || dropout.masks.length === 0) {
    throw new SvError('SV_CONFIG_INVALID', `\`mcDropout\` was asked for, and head ${file.path} has no dropout.`, {
      fix: 'Train one that has: `sv train --head mlp --dropout 0.3 …`.',
    });
  }
  const head = await openHead(file, metadata, ctx);
  const masks = drawMasks(dropout, samples, seed);
  const at = classes.indexOf(positive);
  return {
    metadata,
    async answer(embeddings, frames, signal) {
      const rows = frames * samples;
      const repeated = new Float32Array(rows * dimension);
      for (let n = 0; n < rows; n++) {
        const frame = Math.floor(n / samples);
        repeated.set(embeddings.subarray(frame * dimension, (frame + 1) * dimension), n * dimension);
      }
      const feeds = Object.fromEntries(masks.map(({ input, width, data }) => [input, tiled(data, frames, width)]));
      const all = await head.classify(repeated, rows, signal, feeds);
      return Array.from({ length: frames }, (_, frame) => {
        const own = all.slice(frame * samples, (frame + 1) * samples);
        return { row: meanOf(own), uncertainty: uncertaintyOf(own, at) };
      });
    },
    close: () => head.close(),
  };
}

interface Mask {
  readonly input: string;
  readonly width: number;
  /** `[samples, width]`: 0, or 1 / (1 − rate), as in training. */
  readonly data: Float32Array;
}

/** Bernoulli masks, the same for the same seed. */
export function drawMasks(
  { rate, masks }: NonNullable<HeadMetadata['dropout']>,
  samples: number,
  seed: number,
): readonly Mask[] {
  const random = createRandom(seed).fork('mc-dropout');
  const kept = 1 / (1 - rate);
  return masks.map(({ input, width }) => {
    const own = random.fork(input);
    return { input, width, data: Float32Array.from({ length: samples * width }, () => (own.next() < rate ? 0 : kept)) };
  });
}

function tiled(data: Float32Array, times: number, width: number): Tensor {
  const all = new Float32Array(data.length * times);
  for (let i = 0; i < times; i++) all.set(data, i * data.length);
  return { type: 'float32', data: all, dims: [all.length / width, width] };
}

import type { Frame, StageContext } from '@streetvision/core';
import type { Backbone } from '../backbones/open.js';
import type { EmbeddingCache } from './cache.js';

/** Embeddings of a batch, in order, and the writes that are still under way. */
export interface Embedded {
  readonly embeddings: readonly Float32Array[];
  /** Never rejects. */
  readonly saved: Promise<unknown>;
}

/** Only frames that the cache does not know go to the backbone, together; a picture twice in a batch goes once. */
export async function embedFrames(
  frames: readonly Frame[],
  backbone: Backbone,
  cache: EmbeddingCache | undefined,
  ctx: Pick<StageContext, 'stack' | 'signal'>,
): Promise<Embedded> {
  if (!cache) return { embeddings: await backbone.embed(frames, ctx), saved: Promise.resolve() };
  const byHash = new Map(frames.map((frame) => [frame.hash(), frame]));
  const known = new Map<string, Float32Array>();
  await Promise.all(
    [...byHash.keys()].map(async (hash) => {
      const embedding = await cache.get(hash);
      if (embedding) known.set(hash, embedding);
    }),
  );
  const misses = [...byHash].filter(([hash]) => !known.has(hash));
  const computed = await backbone.embed(
    misses.map(([, frame]) => frame),
    ctx,
  );
  misses.forEach(([hash], i) => {
    known.set(hash, computed[i] as Float32Array);
  });
  return {
    embeddings: frames.map((frame) => known.get(frame.hash()) as Float32Array),
    saved: Promise.all(misses.map(([hash], i) => cache.put(hash, computed[i] as Float32Array))),
  };
}

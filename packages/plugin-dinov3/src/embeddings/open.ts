import type { LoadContext } from '@streetvision/core';
import type { Backbone } from '../backbones/open.js';
import type { Dinov3Options } from '../options.js';
import { type EmbeddingCache, openEmbeddingCache } from './cache.js';

/** The cache that the options ask for. */
export async function openCache(
  wanted: Exclude<Dinov3Options['cache'], undefined | false>,
  backbone: Backbone,
  ctx: Pick<LoadContext, 'cacheDir' | 'log'>,
): Promise<EmbeddingCache> {
  const { dir, maxBytes } = wanted === true ? {} : wanted;
  return openEmbeddingCache(dir ?? (await ctx.cacheDir('dinov3/embeddings')), backbone, ctx.log, maxBytes);
}

import { type FrozenBackbone, type HeadFacts, type HeadSlot, SvError } from '@streetvision/core';
import { type Backbone, openBackbone } from '../backbones/open.js';
import { embedFrames } from '../embeddings/embed.js';
import { openCache } from '../embeddings/open.js';
import type { Dinov3Options } from '../options.js';
import { HEAD_METADATA_KEY, type HeadMetadata } from './metadata.js';

/** How a head for these options is trained: the backbone alone, its embeddings kept on disk. */
export function headSlot(options: Dinov3Options): HeadSlot {
  return {
    async open(ctx): Promise<FrozenBackbone> {
      const backbone = await openBackbone(options, ctx);
      // Training sees every picture many times over its life: embeddings are kept unless that is switched off.
      const wanted = options.cache ?? true;
      const cache = wanted ? await openCache(wanted, backbone, ctx) : undefined;
      const { id, sha256, feature, l2, preprocessing, dimension, parallel } = backbone;
      return {
        id,
        identity: { backbone: { id, sha256 }, feature, l2, preprocessing },
        dimension,
        parallel,
        maxBatch: options.maxBatch ?? 8,
        async embed(frames, context) {
          const { embeddings, saved } = await embedFrames(frames, backbone, cache, context);
          await saved;
          return embeddings;
        },
        headMetadata: (head) => ({ [HEAD_METADATA_KEY]: JSON.stringify(metadata(backbone, head)) }),
        async close() {
          await Promise.all([backbone.close(), cache?.close()]);
        },
      };
    },
  };
}

function metadata(backbone: Backbone, head: HeadFacts): HeadMetadata {
  const { id, sha256, feature, l2, preprocessing } = backbone;
  const { dimension, classes, positive, dropout, trained } = head;
  if (!classes.includes(positive)) {
    throw new SvError('SV_HEAD_INVALID', `The positive class \`${positive}\` is none of ${classes.join(', ')}.`);
  }
  return {
    version: 1,
    backbone: { id, sha256 },
    feature,
    l2,
    dimension,
    preprocessing,
    classes,
    positive,
    calibration: null,
    ...(dropout && { dropout }),
    trained,
  };
}

import { basename, dirname } from 'node:path';
import { isSvError, type LoadContext, type ModelRef, SvError } from '@streetvision/core';
import { type AskedHead, askOnce, openSampledHead } from './adaptation/mc-dropout.js';
import { describeBackbone, isRemote } from './backbones/describe.js';
import { fetchFiles } from './backbones/files.js';
import { asModelRef } from './backbones/location.js';
import { type Backbone, openFiles } from './backbones/open.js';
import type { EmbeddingCache } from './embeddings/cache.js';
import { openCache } from './embeddings/open.js';
import { checkHead, type HeadInput, headInput } from './head/check.js';
import { howToTrain, trainInto } from './head/how-to-train.js';
import { readHeadMetadata } from './head/metadata.js';
import { openHead } from './head/open.js';
import type { Dinov3Options } from './options.js';

/** A backbone and the head that fits it. */
export interface Loaded {
  readonly backbone: Backbone;
  readonly head: AskedHead;
  readonly cache: EmbeddingCache | undefined;
}

/** Without what adapts at test time: the head as it was trained. */
export const loadPlain = ({ mcDropout: _, ...options }: Dinov3Options, ctx: LoadContext): Promise<Loaded> =>
  loadModels(options, ctx);

/** Opens backbone, head and cache. Throws `SV_HEAD_*`, `SV_BACKBONE_*`, `SV_MODEL_*`, `SV_ENGINE_*`, `SV_CONFIG_INVALID`. */
export async function loadModels(options: Dinov3Options, ctx: LoadContext): Promise<Loaded> {
  const path = options.head;
  if (path === undefined) throw headMissing(options);
  const file = await ctx.model(headRef(path)).catch((cause) => {
    throw isSvError(cause) && cause.code === 'SV_MODEL_NOT_FOUND' ? notTrained(path, options, cause) : cause;
  });
  const metadata = await readHeadMetadata(file.path);
  const facts = await describeBackbone(options.backbone, ctx);
  const known = headInput(options, metadata, facts);
  // A wrong head is told at once: what can be said without the graph, before it is downloaded, the rest before it is opened.
  if (isRemote(facts)) checkHead(path, metadata, known, ctx.task);
  const files = await fetchFiles(facts, options.dtype ?? 'fp32', ctx);
  const { feature, l2 } = known;
  const input: HeadInput = { ...known, backbone: files };
  checkHead(path, metadata, input, ctx.task);
  const backbone = await openFiles(files, { ...options, feature, l2 }, ctx);
  try {
    checkHead(path, metadata, { ...input, dimension: backbone.dimension }, ctx.task);
    const head = options.mcDropout
      ? await openSampledHead(file, metadata, options.mcDropout === true ? {} : options.mcDropout, ctx)
      : askOnce(await openHead(file, metadata, ctx));
    return { backbone, head, cache: options.cache ? await openCache(options.cache, backbone, ctx) : undefined };
  } catch (error) {
    await backbone.close();
    throw error;
  }
}

/** A head is one file, so anything without a scheme is a path. */
export const headRef = (head: string): ModelRef => asModelRef(head) ?? `file:${head}`;

function headMissing({ name, backbone }: Dinov3Options): SvError {
  return new SvError(
    'SV_HEAD_MISSING',
    `No \`head\` was given for backbone ${backbone}: features alone decide nothing.`,
    {
      fix: `Give one: head: './models/head.onnx'. ${howToTrain({ name, backbone })}`,
    },
  );
}

/** A path in a config may name a head that is still to be trained. */
function notTrained(head: string, { name, backbone }: Dinov3Options, cause: SvError): SvError {
  // A pinned reference is somebody else's file: what the store says of it stands.
  if (asModelRef(head) !== undefined) return cause;
  return new SvError('SV_HEAD_MISSING', `There is no head \`${head}\` in the folder of the config.`, {
    fix:
      basename(head) === 'head.onnx'
        ? `Make it: \`${trainInto(name, dirname(head))}\`.`
        : howToTrain({ name, backbone }),
    cause,
  });
}

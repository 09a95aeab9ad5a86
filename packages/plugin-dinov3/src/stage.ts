import {
  defineStage,
  type LoadContext,
  type ModelRef,
  type Stage,
  type StageOutput,
  SvError,
} from '@streetvision/core';
import { describeBackbone, isRemote } from './backbones/describe.js';
import { fetchFiles } from './backbones/files.js';
import { asModelRef } from './backbones/location.js';
import { type Backbone, openFiles } from './backbones/open.js';
import type { EmbeddingCache } from './embeddings/cache.js';
import { embedFrames } from './embeddings/embed.js';
import { openCache } from './embeddings/open.js';
import { checkHead, type HeadInput, headInput } from './head/check.js';
import { howToTrain } from './head/how-to-train.js';
import { readHeadMetadata } from './head/metadata.js';
import { type Head, openHead } from './head/open.js';
import { headSlot } from './head/slot.js';
import type { Dinov3Options } from './options.js';

/** What the stage holds while it is loaded. */
export interface Dinov3State {
  readonly backbone: Backbone;
  readonly head: Head;
  readonly cache: EmbeddingCache | undefined;
}

/** Frozen backbone → embedding → head → probability. */
export function dinov3Stage<Name extends string>(
  name: Name,
  options: Dinov3Options,
): Stage<Name, Dinov3State, StageOutput> {
  return defineStage({
    name,
    accepts: ['image'],
    maxBatch: options.maxBatch ?? 8,
    maxDelayMs: options.maxDelayMs ?? 0,
    parallel: (state: Dinov3State) => state.backbone.parallel,
    head: headSlot(options),
    load: (ctx) => load(options, ctx),
    async run(frames, { backbone, head, cache }, ctx) {
      const { embeddings, saved } = await embedFrames(frames, backbone, cache, ctx);
      const probabilities = await head.classify(stackRows(embeddings, head, backbone), frames.length, ctx.signal);
      await saved;
      return frames.map((_, i) => {
        const row = probabilities[i] as readonly number[];
        const { classes, positive } = head.metadata;
        return {
          score: ctx.task ? (row[classes.indexOf(positive)] as number) : Math.max(...row),
          scores: Object.fromEntries(classes.map((label, at) => [label, row[at] as number])),
          ...(options.embedding && { embedding: embeddings[i] as Float32Array }),
        };
      });
    },
    async unload({ backbone, head, cache }) {
      await Promise.all([backbone.close(), head.close(), cache?.close()]);
    },
  });
}

async function load(options: Dinov3Options, ctx: LoadContext): Promise<Dinov3State> {
  const path = options.head;
  if (path === undefined) throw headMissing(options);
  const file = await ctx.model(headRef(path));
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
    const head = await openHead(file, metadata, ctx);
    return { backbone, head, cache: options.cache ? await openCache(options.cache, backbone, ctx) : undefined };
  } catch (error) {
    await backbone.close();
    throw error;
  }
}

/** A head is one file, so anything without a scheme is a path. */
export const headRef = (head: string): ModelRef => asModelRef(head) ?? `file:${head}`;

/** `[frames, dimension]`; refuses a width that only the first run could show. */
function stackRows(embeddings: readonly Float32Array[], { metadata }: Head, backbone: Backbone): Float32Array {
  const { dimension } = metadata;
  const other = embeddings.find((embedding) => embedding.length !== dimension);
  if (other) {
    throw new SvError(
      'SV_HEAD_MISMATCH',
      `Backbone ${backbone.id} gives ${other.length} features, the head was trained on ${dimension}.`,
    );
  }
  const rows = new Float32Array(embeddings.length * dimension);
  embeddings.forEach((embedding, i) => {
    rows.set(embedding, i * dimension);
  });
  return rows;
}

function headMissing({ name, backbone }: Dinov3Options): SvError {
  return new SvError(
    'SV_HEAD_MISSING',
    `No \`head\` was given for backbone ${backbone}: features alone decide nothing.`,
    {
      fix: `Give one: head: './models/head.onnx'. ${howToTrain({ name, backbone })}`,
    },
  );
}

import {
  defineStage,
  type LoadContext,
  type Stage,
  type StageOutput,
  SvError,
  type Uncertainty,
} from '@streetvision/core';
import { type Adapter, createAdapter } from './adaptation/entropy.js';
import { remember } from './adaptation/known-stages.js';
import type { HeadAnswer } from './adaptation/mc-dropout.js';
import { openMemory, type Recall } from './adaptation/memory.js';
import { embedFrames } from './embeddings/embed.js';
import type { HeadMetadata } from './head/metadata.js';
import { headSlot } from './head/slot.js';
import { type Loaded, loadModels } from './load.js';
import type { Dinov3Options } from './options.js';

/** What the stage holds while it is loaded. */
export interface Dinov3State extends Loaded {
  readonly recall: Recall | undefined;
  readonly adapter: Adapter | undefined;
}

/** Frozen backbone → embedding → head → probability. */
export function dinov3Stage<Name extends string>(
  name: Name,
  options: Dinov3Options,
): Stage<Name, Dinov3State, StageOutput> {
  const stage = defineStage({
    name,
    accepts: ['image'] as const,
    maxBatch: options.maxBatch ?? 8,
    maxDelayMs: options.maxDelayMs ?? 0,
    parallel: (state: Dinov3State) => state.backbone.parallel,
    head: headSlot(options),
    load: (ctx: LoadContext) => load(options, ctx),
    identity: () => identityOf(options),
    async run(frames, { backbone, head, cache, recall, adapter }: Dinov3State, ctx): Promise<StageOutput[]> {
      const { embeddings, saved } = await embedFrames(frames, backbone, cache, ctx);
      const { metadata } = head;
      const answers = await head.answer(stackRows(embeddings, metadata, backbone.id), frames.length, ctx.signal);
      await saved;
      const recalled = recall
        ? answers.map((answer, i) => ({ ...answer, row: recall(embeddings[i] as Float32Array, answer.row) }))
        : answers;
      const settled = adapter ? adapt(adapter, recalled, metadata) : recalled;
      return settled.map(({ row, uncertainty }, i) => {
        const { classes, positive } = metadata;
        return {
          score: ctx.task ? (row[classes.indexOf(positive)] as number) : Math.max(...row),
          scores: Object.fromEntries(classes.map((label, at) => [label, row[at] as number])),
          ...(options.embedding && { embedding: embeddings[i] as Float32Array }),
          ...((uncertainty && { uncertainty }) as { uncertainty?: Uncertainty }),
        };
      });
    },
    async unload({ backbone, head, cache }: Dinov3State) {
      await Promise.all([backbone.close(), head.close(), cache?.close()]);
    },
  });
  return remember(stage, options);
}

async function load(options: Dinov3Options, ctx: LoadContext): Promise<Dinov3State> {
  const loaded = await loadModels(options, ctx);
  const { backbone, head, cache } = loaded;
  try {
    return {
      ...loaded,
      recall: options.memory && (await openMemory(options.memory, backbone, head.metadata, ctx)),
      adapter:
        options.adapt &&
        createAdapter(options.adapt === true ? {} : options.adapt, head.metadata.classes.length, ctx.log),
    };
  } catch (error) {
    await Promise.all([backbone.close(), head.close(), cache?.close()]);
    throw error;
  }
}

/** What changes answers and is in no file: a calibration of the plain stage must not fit. Files are told by core. */
function identityOf({ mcDropout, memory, adapt }: Dinov3Options): string {
  const { path: _, ...recall } = memory ?? { path: undefined };
  const said = {
    ...(mcDropout && { mcDropout }),
    ...(memory && { memory: recall }),
    ...(adapt && { adapt }),
  };
  return Object.keys(said).length === 0 ? '' : JSON.stringify(said);
}

function adapt(adapter: Adapter, answers: readonly HeadAnswer[], { classes, positive }: HeadMetadata): HeadAnswer[] {
  const at = classes.indexOf(positive);
  const scores = adapter.adapt(answers.map(({ row }) => row[at] as number));
  return answers.map((answer, i) => {
    const p = scores[i] as number;
    return { ...answer, row: at === 0 ? [p, 1 - p] : [1 - p, p] };
  });
}

/** `[frames, dimension]`; refuses a width that only the first run could show. */
function stackRows(embeddings: readonly Float32Array[], { dimension }: HeadMetadata, id: string): Float32Array {
  const other = embeddings.find((embedding) => embedding.length !== dimension);
  if (other) {
    throw new SvError(
      'SV_HEAD_MISMATCH',
      `Backbone ${id} gives ${other.length} features, the head was trained on ${dimension}.`,
    );
  }
  const rows = new Float32Array(embeddings.length * dimension);
  embeddings.forEach((embedding, i) => {
    rows.set(embedding, i * dimension);
  });
  return rows;
}

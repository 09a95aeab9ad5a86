import type { LoadContext } from '@streetvision/core';
import { SvError } from '@streetvision/core';
import { asModelRef } from '../backbones/location.js';
import type { Backbone } from '../backbones/open.js';
import type { HeadMetadata } from '../head/metadata.js';
import { compareSpecs } from '../preprocessing.js';
import { type Memory, type MemoryBackbone, readMemory } from './memory-file.js';
import { createRetriever } from './retrieve.js';

/** Retrieval-augmented prediction: the head's probability is mixed with votes of similar labelled pictures. */
export interface MemoryOptions {
  /** The file that `buildMemory` wrote: a path or a model reference. */
  readonly path: string;
  /** Neighbours that vote. @default 10 */
  readonly k?: number;
  /** Share of the votes in the answer, in (0, 1]. @default 0.3 */
  readonly weight?: number;
  /** Larger makes distant neighbours count more; above 0. @default 0.07 */
  readonly temperature?: number;
  /** Largest memory that is taken. @default 10,000 */
  readonly capacity?: number;
}

/** Mixes votes into a row of probabilities. */
export type Recall = (embedding: Float32Array, row: readonly number[]) => readonly number[];

export const DEFAULT_CAPACITY = 10_000;

/** Opens a memory for a backbone and a head. Throws `SV_MODEL_*`, `SV_MEMORY_INVALID`, `SV_MEMORY_MISMATCH`. */
export async function openMemory(
  { path, k = 10, weight = 0.3, temperature = 0.07, capacity = DEFAULT_CAPACITY }: MemoryOptions,
  backbone: Backbone,
  { classes, dimension }: HeadMetadata,
  ctx: Pick<LoadContext, 'model'>,
): Promise<Recall> {
  const file = await ctx.model(asModelRef(path) ?? `file:${path}`);
  const memory = await readMemory(file.path);
  check(path, memory, backbone, classes, dimension);
  if (memory.labels.length > capacity) {
    throw new SvError(
      'SV_MEMORY_INVALID',
      `${path} holds ${memory.labels.length} embeddings, more than the capacity of ${capacity}.`,
      { fix: 'Build it again with that capacity, or raise `capacity`.' },
    );
  }
  const retriever = createRetriever(memory, k, temperature);
  const order = classes.map((name) => memory.classes.indexOf(name));
  return (embedding, row) => {
    const votes = retriever.vote(embedding);
    return row.map((p, c) => (1 - weight) * p + weight * (votes[order[c] as number] as number));
  };
}

/** What of a backbone a memory is bound to. */
export const memoryBackbone = ({ id, sha256, feature, l2, preprocessing }: Backbone): MemoryBackbone => ({
  id,
  sha256,
  feature,
  l2,
  preprocessing,
});

function check(path: string, memory: Memory, now: Backbone, classes: readonly string[], dimension: number): void {
  const then = memory.backbone;
  const short = (sha256: string) => `${sha256.slice(0, 12)}…`;
  const list = (names: readonly string[]) => [...names].sort().join(', ');
  const differences = [
    ...(then.sha256 === now.sha256
      ? []
      : [
          `backbone is ${now.id} (sha256 ${short(now.sha256)}), it was built with ${then.id} (sha256 ${short(then.sha256)})`,
        ]),
    ...(then.feature === now.feature ? [] : [`feature is ${now.feature}, it was built with ${then.feature}`]),
    ...(then.l2 === now.l2 ? [] : [`l2 is ${now.l2}, it was built with ${then.l2}`]),
    ...(memory.dimension === dimension ? [] : [`dimension is ${dimension}, it holds ${memory.dimension}`]),
    ...compareSpecs(now.preprocessing, then.preprocessing).map(
      ([key, ours, theirs]) => `preprocessing ${key} is ${ours}, it was built with ${theirs}`,
    ),
    ...(list(memory.classes) === list(classes)
      ? []
      : [`the head knows ${list(classes)}, it holds ${list(memory.classes)}`]),
  ];
  if (differences.length === 0) return;
  throw new SvError(
    'SV_MEMORY_MISMATCH',
    `Memory ${path} does not fit:\n${differences.map((line) => `  - ${line}`).join('\n')}\n`,
    { fix: 'Build it again with `buildMemory` and this backbone.' },
  );
}

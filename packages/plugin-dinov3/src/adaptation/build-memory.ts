import {
  createFrame,
  type Dataset,
  type Frame,
  isSvError,
  type Project,
  type Sample,
  SvError,
} from '@streetvision/core';
import { embedFrames } from '../embeddings/embed.js';
import { loadPlain } from '../load.js';
import { kCentre } from './choose.js';
import { optionsOf } from './known-stages.js';
import { DEFAULT_CAPACITY, memoryBackbone } from './memory.js';
import { type Memory, writeMemory } from './memory-file.js';
import { normalised } from './retrieve.js';

export interface BuildMemoryOptions {
  /** Where the file goes. */
  readonly out: string;
  /** A stage of `dinov3()`. @default the only one */
  readonly stage?: string;
  /** Largest number of embeddings. @default 10,000 */
  readonly capacity?: number;
  /** Only entries that the head gives their own class at least this probability are admitted, in [0, 1]. @default 0.8 */
  readonly minConfidence?: number;
  /**
   * Of more entries than fit: `k-centre` keeps those that are farthest apart, each class its share; `fifo` keeps the last.
   * @default 'k-centre'
   */
  readonly keep?: 'k-centre' | 'fifo';
  /** The part of the data to take. @default `train` where the data has splits, else everything */
  readonly split?: string;
  /** Told of each picture. */
  readonly onPicture?: (done: number, failed: boolean) => void;
}

/** What became of the samples. */
export interface BuiltMemory {
  readonly path: string;
  readonly entries: number;
  readonly byClass: Readonly<Record<string, number>>;
  /** Right, but not sure enough; wrong; not readable or without a label; more than fit. */
  readonly leftOut: {
    readonly unsure: number;
    readonly wrong: number;
    readonly unusable: number;
    readonly surplus: number;
  };
}

/**
 * Fills a memory for the `memory` option of `dinov3()` with labelled pictures that its head answers rightly and surely:
 * a label that the head contradicts may be the label's mistake, and would be voted with. Do not build it from pictures
 * that you evaluate on. Throws `SV_CONFIG_STAGE_UNKNOWN`, `SV_DATA_EMPTY`, `SV_CONFIG_INVALID`, `SV_DATA_*`.
 *
 * @example
 * const project = await createProject(config);
 * await buildMemory(project, await project.dataset('labels.csv'), { out: 'models/memory.bin' });
 */
export async function buildMemory(
  project: Project,
  dataset: Dataset,
  options: BuildMemoryOptions,
): Promise<BuiltMemory> {
  const { capacity = DEFAULT_CAPACITY, minConfidence = 0.8, keep = 'k-centre' } = options;
  if (!(Number.isInteger(capacity) && capacity >= 1) || !(minConfidence >= 0 && minConfidence <= 1)) {
    throw new SvError(
      'SV_CONFIG_INVALID',
      `capacity ${capacity} and minConfidence ${minConfidence}: expected a whole number from 1, and a share.`,
    );
  }
  const { backbone, head, cache } = await loadPlain(optionsOf(project, options.stage), project.load());
  const { classes, dimension } = head.metadata;
  try {
    const leftOut = { unsure: 0, wrong: 0, unusable: 0, surplus: 0 };
    const admitted: { id: string; label: number; embedding: Float32Array }[] = [];
    let done = 0;
    for await (const batch of batches(dataset, options, () => {
      leftOut.unusable += 1;
      options.onPicture?.(++done, true);
    })) {
      const frames = batch.map(({ frame }) => frame);
      const { embeddings, saved } = await embedFrames(frames, backbone, cache, project);
      await saved;
      const rows = await head.answer(stacked(embeddings, dimension), frames.length, project.signal);
      for (const [i, { sample }] of batch.entries()) {
        const label = classes.indexOf(sample.label as string);
        const row = rows[i]?.row as readonly number[];
        const p = row[label] as number;
        if (label < 0) leftOut.unusable += 1;
        else if (p < Math.max(...row)) leftOut.wrong += 1;
        else if (p < minConfidence) leftOut.unsure += 1;
        else admitted.push({ id: sample.id, label, embedding: normalised(embeddings[i] as Float32Array) });
        options.onPicture?.(++done, false);
      }
    }
    if (admitted.length === 0) {
      throw new SvError('SV_DATA_EMPTY', `No picture of ${dataset.name} is answered rightly with ${minConfidence}.`, {
        fix: 'Lower `minConfidence`, or train the head first.',
      });
    }
    const kept = choose(admitted, dimension, capacity, keep, classes.length);
    leftOut.surplus = admitted.length - kept.length;
    const memory: Memory = {
      backbone: memoryBackbone(backbone),
      classes,
      dimension,
      embeddings: stacked(
        kept.map(({ embedding }) => embedding),
        dimension,
      ),
      labels: Uint8Array.from(kept, ({ label }) => label),
      ids: kept.map(({ id }) => id),
      built: { data: dataset.name, capacity, minConfidence, keep, leftOut },
    };
    await writeMemory(options.out, memory);
    const byClass = Object.fromEntries(
      classes.map((name, c) => [name, kept.filter(({ label }) => label === c).length]),
    );
    return { path: options.out, entries: kept.length, byClass, leftOut };
  } finally {
    await Promise.all([backbone.close(), head.close(), cache?.close()]);
  }
}

const BATCH = 8;

async function* batches(
  dataset: Dataset,
  { split }: BuildMemoryOptions,
  unusable: () => void,
): AsyncIterable<{ sample: Sample; frame: Frame }[]> {
  let batch: { sample: Sample; frame: Frame }[] = [];
  for await (const sample of dataset.samples()) {
    const wanted = split ?? (sample.split === undefined ? undefined : 'train');
    if (wanted !== undefined && sample.split !== wanted) continue;
    const frame = sample.label === null ? undefined : await readable(sample);
    if (!frame) unusable();
    else batch.push({ sample, frame });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A picture that decodes; one that does not is left out and counted. */
async function readable(sample: Sample): Promise<Frame | undefined> {
  try {
    const frame = createFrame({ id: sample.id, bytes: await sample.read() });
    await frame.pixels();
    return frame;
  } catch (error) {
    if (isSvError(error)) return undefined;
    throw error;
  }
}

function stacked(rows: readonly Float32Array[], dimension: number): Float32Array {
  const all = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) all.set(row, i * dimension);
  return all;
}

function choose<Entry extends { readonly label: number; readonly embedding: Float32Array }>(
  entries: readonly Entry[],
  dimension: number,
  capacity: number,
  keep: 'k-centre' | 'fifo',
  classes: number,
): readonly Entry[] {
  if (entries.length <= capacity) return entries;
  if (keep === 'fifo') return entries.slice(-capacity);
  return Array.from({ length: classes }, (_, c) => {
    const own = entries.filter(({ label }) => label === c);
    const share = Math.max(own.length > 0 ? 1 : 0, Math.floor((capacity * own.length) / entries.length));
    const points = stacked(
      own.map(({ embedding }) => embedding),
      dimension,
    );
    return kCentre(points, dimension, share).map((i) => own[i] as Entry);
  })
    .flat()
    .slice(0, capacity);
}

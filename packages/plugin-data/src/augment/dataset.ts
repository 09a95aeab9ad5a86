import { createHash } from 'node:crypto';
import {
  type Augmentation,
  createRandom,
  type DataProblem,
  type Dataset,
  type Random,
  type Sample,
  SvError,
} from '@streetvision/core';
import { type Chain, type ChainResult, prepareChain } from './chain.js';
import { classFolder, type MadePictures, makePictures, type Order } from './made-pictures.js';
import { parsePipeline } from './parse.js';

export interface AugmentDatasetOptions {
  /** Folder for the pictures and `manifest.jsonl`. */
  readonly out: string;
  /** As on the command line: `flip,rain(amount=0.3..0.6)`, `sn72:2026-01`. */
  readonly pipeline: string;
  /** Of every picture. @default 1 */
  readonly copies?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Of the JPEGs that effects write, 1–100; `sn72` has its own. @default 92 */
  readonly quality?: number;
  /** Names that are no effects: `(name) => project.augmentation(name)`. */
  readonly find: (name: string) => Promise<Augmentation> | Augmentation;
  readonly signal?: AbortSignal;
  readonly problem?: (problem: DataProblem) => void;
  readonly step?: (failed: boolean) => void;
}

/**
 * Writes augmented copies of every picture of a dataset, and a manifest. A copy keeps label, group and part of its
 * original, so that a split never parts them; its source is `augmented`. A copy in which no box of its original is left
 * is drawn anew a few times, and then left out. Resumable.
 *
 * Throws `SV_DATA_AUGMENTATION`, `SV_DATA_EMPTY`, `SV_OUTPUT_WRITE`, `SV_RUN_INVALID`.
 */
export async function augmentDataset(dataset: Dataset, options: AugmentDatasetOptions): Promise<MadePictures> {
  const { out, pipeline, copies = 1, seed = 0, quality = 92, find } = options;
  checkWhole('copies', copies, 1, 10_000);
  checkWhole('quality', quality, 1, 100);
  const chain = await prepareChain(parsePipeline(pipeline), find, quality);
  const random = createRandom(seed);

  async function* orders(): AsyncGenerator<Order> {
    for await (const sample of dataset.samples()) {
      const stem = fileStem(sample.id);
      // All copies share what was read once.
      let reading: Promise<Uint8Array> | undefined;
      const read = () => {
        reading ??= sample.read();
        return reading;
      };
      for (let copy = 0; copy < copies; copy++) {
        yield {
          file: `${classFolder(sample.label)}/${stem}-${copy}.jpg`,
          of: sample.id,
          label: sample.label,
          group: sample.group,
          source: 'augmented',
          ...(sample.split === undefined ? {} : { split: sample.split }),
          meta: { ...sample.meta, original: sample.id, copy },
          from: async () => hashOf(await read(), sample.boxes),
          make: () => makeCopy(chain, { ...sample, read }, random.fork(sample.id).fork(copy)),
        };
      }
    }
  }
  const { signal, problem, step } = options;
  return makePictures(orders(), {
    out,
    name: `${dataset.name}, augmented`,
    settings: { dataset: dataset.name, pipeline, copies, seed, quality },
    ...(signal ? { signal } : {}),
    ...(problem ? { problem } : {}),
    ...(step ? { step } : {}),
  });
}

const hashOf = (bytes: Uint8Array, boxes: Sample['boxes']) =>
  createHash('sha256')
    .update(bytes)
    .update(boxes ? JSON.stringify(boxes) : '')
    .digest('hex');

/** How often a copy is drawn anew that shows none of the boxes of its original. */
const REDRAWS = 8;

/**
 * A copy still shows something of what its original was labelled for: where no box is left of those that were there, it
 * is drawn anew. Throws `SV_DATA_LABEL` where that did not help: its label would be a guess.
 */
async function makeCopy(chain: Chain, { id, boxes, read }: Sample, random: Random): Promise<ChainResult> {
  const bytes = await read();
  for (let redraw = 0; redraw <= REDRAWS; redraw++) {
    const made = await chain.apply(bytes, boxes ?? [], redraw === 0 ? random : random.fork(`redraw#${redraw}`));
    // Nobody has looked for boxes in the original, so nobody has in the copy.
    if (!boxes) return { bytes: made.bytes };
    if (boxes.length === 0 || made.boxes?.length !== 0) return made;
  }
  throw new SvError('SV_DATA_LABEL', `No box of \`${id}\` is left in its copy, in ${REDRAWS + 1} tries.`, {
    fix: 'Take a pipeline that cuts less away, such as `resizedCrop(scale=0.5..1)`.',
  });
}

/** A short name that no other id has, safe on every file system. */
function fileStem(id: string): string {
  const base = (id.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  const safe = base.replace(/[^\w-]+/g, '_').slice(0, 60) || 'picture';
  return `${safe}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

export function checkWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new SvError('SV_DATA_AUGMENTATION', `\`${name}\` is ${value}, expected a whole number from ${low} to ${high}.`);
}

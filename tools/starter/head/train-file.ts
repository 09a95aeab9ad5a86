import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Feature, openBackbone } from '@streetvision/plugin-dinov3';
import { round } from '../card/round.js';
import { hashSamples, readSamples } from '../data/samples.js';
import { loadContext } from '../embed/context.js';
import { embedSamples } from '../embed/embeddings.js';
import { figures, figuresByGroup } from '../evaluate/figures.js';
import { trainHead } from './train.js';

/** What a head is trained from. */
export interface TrainOptions {
  /** Model folder. */
  readonly backbone: string;
  readonly feature: Feature;
  /** Folder with `labels.csv`. */
  readonly images: string;
  /** Trains on this source of `labels.csv` alone. @default all */
  readonly source?: string | undefined;
  /** Where the head goes; a card with its figures goes beside it, as `.json`. */
  readonly out: string;
  /** Folder that keeps embeddings. */
  readonly cache?: string | undefined;
}

/** Trains a head for any model folder on labelled pictures. Returns what the card beside it says. */
export async function trainHeadFile({ backbone: folder, feature, images, source, out, cache }: TrainOptions) {
  const all = await readSamples(images);
  const samples = source === undefined ? all : all.filter((sample) => sample.source === source);
  const backbone = await openBackbone({ backbone: `file:${resolve(folder)}`, feature }, loadContext);
  const x = await embedSamples(backbone, images, samples, cache);
  await backbone.close();
  const rows = samples.map((_, i) => i);
  const data = await hashSamples(images, samples);
  const head = trainHead(backbone, x, samples, rows, { data });
  // Near-duplicates would count the same stretch of road many times over.
  const counted = rows.filter((i) => !samples[i]?.dense);
  const card = round({
    backbone: { id: backbone.id, sha256: backbone.sha256, feature, dimension: x.columns },
    data,
    ridge: head.ridge,
    heldOut: figures(head.heldOut, samples, counted),
    heldOutByGroup: figuresByGroup(head.heldOut, samples, counted),
    itself: figures(head.scores, samples, counted),
  });
  await writeFile(out, head.bytes);
  await writeFile(out.replace(/\.onnx$/, '.json'), `${JSON.stringify(card, null, 2)}\n`);
  return card;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBackbone } from '@streetvision/plugin-dinov3';
import { designCandidates, WIDE } from './backbone/candidates.js';
import { writeBackboneFolder } from './backbone/folder.js';
import { type BackboneDesign, dimensionNames } from './backbone/graph.js';
import type { Baseline, Card } from './card/card.js';
import { modelCard } from './card/markdown.js';
import { round } from './card/round.js';
import type { Matrix } from './data/matrix.js';
import { hashSamples, readSamples, type Sample } from './data/samples.js';
import { loadContext } from './embed/context.js';
import { embedSamples } from './embed/embeddings.js';
import { aurocGain, figures, figuresByGroup } from './evaluate/figures.js';
import { allColumns, choose, leaveOneGroupOut } from './evaluate/held-out.js';
import { orangePixels } from './evaluate/orange-pixels.js';
import { otherSources } from './evaluate/other-sources.js';
import { trainHead } from './head/train.js';

/** The head learns from the clips alone: with negatives of other cameras it would learn to tell cameras apart. */
const CLIPS = 'roadwork_clips';

export interface MakeOptions {
  /** Folder with `labels.csv`. */
  readonly images: string;
  /** Where `model/`, `card.json` and `MODEL_CARD.md` go. */
  readonly out: string;
  /** Model folder of another backbone, to set its figures beside ours. */
  readonly reference?: string | undefined;
  /** Folder that keeps embeddings. */
  readonly cache?: string | undefined;
}

/** Makes the starter: backbone, head, figures and card. The same pictures give the same bytes. */
export async function makeStarter({ images, out, reference, cache }: MakeOptions): Promise<Card> {
  const samples = await readSamples(images);
  const all = samples.map((_, i) => i);
  const clips = all.filter((i) => samples[i]?.source === CLIPS);
  const others = all.filter((i) => samples[i]?.source !== CLIPS);
  const counted = clips.filter((i) => !samples[i]?.dense);
  const data = await hashSamples(
    images,
    samples.filter((sample) => sample.source === CLIPS),
  );

  const model = join(out, 'model');
  await writeBackboneFolder(model);
  const embed = async (folder: string) => {
    const backbone = await openBackbone({ backbone: `file:${resolve(folder)}`, feature: 'pooler' }, loadContext);
    const x = await embedSamples(backbone, images, samples, cache);
    await backbone.close();
    return { backbone, x };
  };
  const { backbone, x } = await embed(model);
  const head = trainHead(backbone, x, samples, clips, { data, pictures: clips.length });
  await writeFile(join(model, 'head.onnx'), head.bytes);
  const beside = (other: Matrix): Baseline => {
    const scores = leaveOneGroupOut(other, samples, clips, (rows) => choose(other, samples, rows, allColumns));
    return { ...figures(scores, samples, counted), aurocGain: aurocGain(head.heldOut, scores, samples, counted) };
  };
  const besideBackbone = async (folder: string) => {
    const { backbone, x } = await embed(folder);
    const { width, height } = backbone.preprocessing;
    return { id: backbone.id, width, height, figures: beside(x) };
  };
  const card: Card = round({
    version: 1,
    data: {
      sha256: data,
      source: CLIPS,
      ...count(samples, clips),
      groups: new Set(clips.map((i) => samples[i]?.group)).size,
    },
    backbone: { id: backbone.id, sha256: backbone.sha256, dimensions: dimensionNames() },
    ridge: head.ridge,
    heldOut: figures(head.heldOut, samples, counted),
    heldOutWithDense: figures(head.heldOut, samples, clips),
    heldOutByGroup: figuresByGroup(head.heldOut, samples, counted),
    redesigned: await redesigned(images, samples, clips, counted, cache),
    itself: figures(head.scores, samples, counted),
    itselfByGroup: figuresByGroup(head.scores, samples, counted),
    otherSources: otherSources(head.scores, samples, others),
    baselines: {
      orangePixels: beside(await orangePixels(images, samples)),
      ...(reference !== undefined && { reference: await besideBackbone(reference) }),
    },
  });
  await writeFile(join(out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  await writeFile(join(out, 'MODEL_CARD.md'), modelCard(card));
  return card;
}

/** Chooses colours, surroundings, measures and ridge anew in every fold, and scores the clip that was left out. */
async function redesigned(
  images: string,
  samples: readonly Sample[],
  clips: readonly number[],
  counted: readonly number[],
  cache: string | undefined,
) {
  const x = await embedDesign(WIDE, images, samples, cache);
  const candidates = designCandidates();
  const scores = leaveOneGroupOut(x, samples, clips, (rows) => choose(x, samples, rows, candidates));
  return { candidates: candidates.length, figures: figures(scores, samples, counted) };
}

async function embedDesign(design: BackboneDesign, images: string, samples: readonly Sample[], cache?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'starter-'));
  try {
    await writeBackboneFolder(folder, design);
    const backbone = await openBackbone({ backbone: `file:${folder}`, feature: 'pooler' }, loadContext);
    const x = await embedSamples(backbone, images, samples, cache);
    await backbone.close();
    return x;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function count(samples: readonly Sample[], rows: readonly number[]) {
  const positive = rows.filter((i) => samples[i]?.positive).length;
  return { positive, negative: rows.length - positive };
}

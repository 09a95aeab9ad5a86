import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { metrics } from '@streetvision/plugin-learn';
import { designCandidates, WIDE } from './backbone/candidates.js';
import { writeBackboneFolder } from './backbone/folder.js';
import { dimensionNames } from './backbone/graph.js';
import type { Baseline, Card } from './card/card.js';
import { modelCard } from './card/markdown.js';
import { round } from './card/round.js';
import { readSamples } from './data/samples.js';
import { figures, figuresByGroup, gain } from './evaluate/figures.js';
import { otherSources } from './evaluate/other-sources.js';
import { leaveClipsOut } from './evaluate/redesign.js';
import { answers, openBench } from './train/bench.js';

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
export async function makeStarter(options: MakeOptions): Promise<Card> {
  const work = await mkdtemp(join(tmpdir(), 'starter-'));
  try {
    return await makeIn(work, options);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function makeIn(work: string, { images, out, reference, cache }: MakeOptions): Promise<Card> {
  const samples = await readSamples(images);
  const all = [...samples.keys()];
  const clips = all.filter((i) => samples[i]?.source === CLIPS);
  const others = all.filter((i) => samples[i]?.source !== CLIPS);
  const counted = clips.filter((i) => !samples[i]?.dense);
  const groups = new Set(clips.map((i) => samples[i]?.group)).size;

  const model = join(resolve(out), 'model');
  const wide = join(work, 'wide');
  await writeBackboneFolder(model);
  await writeBackboneFolder(wide, WIDE);
  const backbones = { starter: model, wide, ...(reference !== undefined && { reference: resolve(reference) }) };
  const bench = await openBench({
    work,
    images,
    backbones,
    cache,
    training: { where: { source: CLIPS }, folds: groups },
  });
  try {
    const starter = await bench.train('starter', samples);
    await copyFile(join(starter.folder, 'head.onnx'), join(model, 'head.onnx'));
    const scores = await answers({ work, images, model, samples });

    const beside = async (stage: string): Promise<Baseline> => {
      const { heldOut } = await bench.train(stage, samples);
      return {
        ...figures(heldOut, samples, counted),
        aurocGain: gain(metrics.auroc, starter.heldOut, heldOut, samples, counted),
      };
    };
    const candidates = designCandidates();
    const redesigned = new Float64Array(samples.length).fill(Number.NaN);
    (await leaveClipsOut(await bench.features('wide'), candidates)).forEach((p, i) => {
      redesigned[clips[i] as number] = p;
    });
    const { data, backbone, head } = starter.run;
    const card: Card = round({
      version: 1,
      data: { sha256: data.sha256, source: CLIPS, ...count(samples, clips), groups },
      backbone: { id: backbone.id, sha256: await bench.sha256('starter'), dimensions: dimensionNames() },
      c: head.options.c,
      heldOut: figures(starter.heldOut, samples, counted),
      heldOutWithDense: figures(starter.heldOut, samples, clips),
      heldOutByGroup: figuresByGroup(starter.heldOut, samples, counted),
      redesigned: { candidates: candidates.length, figures: figures(redesigned, samples, counted) },
      itself: figures(scores, samples, counted),
      itselfByGroup: figuresByGroup(scores, samples, counted),
      otherSources: otherSources(scores, samples, others),
      baselines: {
        orangePixels: await beside('orange-pixels'),
        ...(reference !== undefined && {
          reference: { ...(await bench.describe('reference')), figures: await beside('reference') },
        }),
      },
    });
    await writeFile(join(out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
    await writeFile(join(out, 'MODEL_CARD.md'), modelCard(card));
    return card;
  } finally {
    await bench.close();
  }
}

function count(samples: readonly { readonly positive: boolean }[], rows: readonly number[]) {
  const positive = rows.filter((i) => samples[i]?.positive).length;
  return { positive, negative: rows.length - positive };
}

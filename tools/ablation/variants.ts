import { defineConfig, learned, logOdds } from '@streetvision/core';
import { type Dinov3Options, dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import type { Bench } from './types.js';

/** Files of one fold: all that was made without its clip. */
export interface Fold {
  /** Path of a head: `starter-logistic.onnx`. */
  file(name: string): string;
  /** Folder that keeps embeddings; none where the time of a picture is taken. */
  readonly cache: string | undefined;
}

export interface Variant {
  readonly name: string;
  /** What it is held against: another variant. */
  readonly against?: string;
  /** Backbones that it runs. */
  readonly uses: readonly string[];
  config(benches: ReadonlyMap<string, Bench>, fold: Fold): ReturnType<typeof defineConfig>;
}

type Head = 'logistic' | 'mlp';

function stage(bench: Bench, fold: Fold, head: Head, options: Partial<Dinov3Options> = {}) {
  return dinov3({
    name: bench.name,
    backbone: `file:${bench.folder}`,
    head: `file:${fold.file(`${bench.name}-${head}.onnx`)}`,
    ...(fold.cache !== undefined && { cache: { dir: fold.cache } }),
    ...options,
  });
}

// One picture at a time and in the order of the clip: adaptation depends on it, and so do times.
const common = { task: roadwork(), budget: { concurrency: 1 } };

type Options = (bench: Bench, fold: Fold) => Partial<Dinov3Options>;

const alone = (
  name: string,
  backbone: string,
  head: Head,
  against?: string,
  options: Options = () => ({}),
): Variant => ({
  name: `${backbone}: ${name}`,
  ...(against !== undefined && { against: `${backbone}: ${against}` }),
  uses: [backbone],
  config(benches, fold) {
    const bench = benches.get(backbone) as Bench;
    return defineConfig({
      ...common,
      plugins: [stage(bench, fold, head, options(bench, fold))],
      cascade: [{ run: backbone }],
    });
  },
});

const both = (name: string, fuse: (fold: Fold) => ReturnType<typeof logOdds>, against: string): Variant => ({
  name: `starter + resnet50: ${name}`,
  against,
  uses: ['starter', 'resnet50'],
  config: (benches, fold) =>
    defineConfig({
      ...common,
      plugins: [...benches.values()].map((bench) => stage(bench, fold, 'logistic')),
      cascade: [{ run: [...benches.keys()], fuse: fuse(fold) }],
    }),
});

/** Every variant; their settings are the defaults of the options, written down before any figure was seen. */
export function variants(): readonly Variant[] {
  const each = (backbone: string): Variant[] => [
    alone('plain', backbone, 'logistic'),
    alone('tta same, flip', backbone, 'logistic', 'plain', () => ({ tta: {} })),
    alone('memory, k 10, weight 0.3', backbone, 'logistic', 'plain', (_, fold) => ({
      memory: { path: fold.file(`${backbone}.memory`) },
    })),
    alone('adapt, rate 0.001', backbone, 'logistic', 'plain', () => ({ adapt: true })),
    alone('adapt, rate 0.1', backbone, 'logistic', 'plain', () => ({ adapt: { learningRate: 0.1 } })),
    alone('mlp', backbone, 'mlp', 'plain'),
    alone('mlp, MC dropout 32', backbone, 'mlp', 'mlp', () => ({ mcDropout: true })),
  ];
  return [
    ...each('starter'),
    alone('tta same, flip, zoom, left, right', 'starter', 'logistic', 'plain', () => ({
      tta: { views: ['same', 'flip', 'zoom', 'left', 'right'] },
    })),
    ...each('resnet50'),
    both('logOdds()', () => logOdds(), 'resnet50: plain'),
    both('learned, softmax', (fold) => learned(fold.file('softmax.json')), 'starter + resnet50: logOdds()'),
    both('learned, logistic', (fold) => learned(fold.file('logistic.json')), 'starter + resnet50: logOdds()'),
  ];
}

import { join } from 'node:path';
import type { Sample } from '../starter/data/samples.js';
import { openBench } from '../starter/train/bench.js';

export interface FoldHeads {
  /** Name of the stage. */
  readonly stage: string;
  /** Model folder. */
  readonly backbone: string;
  /** Folder that the pictures' names start from. */
  readonly images: string;
  readonly samples: readonly Sample[];
  /** Where the runs go. */
  readonly out: string;
  /** Folder that keeps embeddings. */
  readonly cache?: string | undefined;
}

/** Path of the head that saw nothing of a clip. */
export type HeadFor = (clip: string) => string;

/** One head per clip, trained on all others, its penalty chosen without the clip too. */
export async function writeFoldHeads({ stage, backbone, images, samples, out, cache }: FoldHeads): Promise<HeadFor> {
  const clips = [...new Set(samples.map(({ group }) => group))];
  const bench = await openBench({
    work: out,
    images,
    backbones: { [stage]: backbone },
    cache,
    samples,
    training: { folds: 0, innerFolds: clips.length },
  });
  try {
    for (const clip of clips) await bench.train(stage, samples, { except: { group: clip }, out: nameOf(clip) });
  } finally {
    await bench.close();
  }
  return (clip) => join(out, nameOf(clip), 'head.onnx');
}

const nameOf = (clip: string) => `without-${clip}`;

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBackbone } from '@streetvision/plugin-dinov3';
import type { Sample } from '../starter/data/samples.js';
import { loadContext } from '../starter/embed/context.js';
import { embedSamples } from '../starter/embed/embeddings.js';
import { allColumns, choose, fitHead } from '../starter/evaluate/held-out.js';
import { headMetadata } from '../starter/head/train.js';
import { writeHead } from '../starter/head/write.js';

export interface FoldHeads {
  /** Model folder. */
  readonly backbone: string;
  /** Folder that the pictures' names start from. */
  readonly images: string;
  readonly samples: readonly Sample[];
  /** Where the heads go. */
  readonly out: string;
  /** Folder that keeps embeddings. */
  readonly cache?: string | undefined;
}

/** Path of the head that saw nothing of a clip. */
export type HeadFor = (clip: string) => string;

/** One head per clip, trained on all others, its ridge chosen without the clip too. */
export async function writeFoldHeads({ backbone: folder, images, samples, out, cache }: FoldHeads): Promise<HeadFor> {
  const backbone = await openBackbone({ backbone: `file:${folder}`, feature: 'pooler' }, loadContext);
  const x = await embedSamples(backbone, images, samples, cache);
  await backbone.close();
  await mkdir(out, { recursive: true });
  const headFor: HeadFor = (clip) => join(out, `without-${clip}.onnx`);
  for (const clip of new Set(samples.map(({ group }) => group))) {
    const rows = [...samples.keys()].filter((i) => samples[i]?.group !== clip);
    const candidate = choose(x, samples, rows, allColumns);
    const linear = fitHead(x, samples, rows, candidate);
    const metadata = headMetadata(backbone, x.columns, { ridge: candidate.ridge, without: clip });
    await writeFile(headFor(clip), writeHead(linear, metadata));
  }
  return headFor;
}

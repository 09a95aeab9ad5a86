import { availableParallelism } from 'node:os';
import { RawImage } from '@huggingface/transformers';
import { embedding, runThrough } from '../cascade.mjs';
import { ratio, times } from '../rounds.mjs';
import { extractor } from '../transformers.mjs';

/** Pictures to feature vectors: the cascade against the feature-extraction pipeline, same graph, same number of threads. */
export async function endToEnd({ model, pictures }) {
  const threads = availableParallelism();
  const runtime = await embedding(model, { workers: threads, threads: 1 });
  const extract = await extractor(model, threads);
  const some = pictures.slice(0, times(pictures.length));
  const ours = () =>
    runThrough(
      runtime,
      some.map((bytes, i) => ({ id: `${i}`, bytes })),
    );
  const peer = async () => {
    for (const bytes of some) await extract(await RawImage.fromBlob(new Blob([bytes])), { pool: true });
  };
  const { ratio: speed, oursMs, peerMs } = await ratio(ours, peer, times(7));
  await runtime.close();
  await extract.dispose();
  return {
    endToEndVsTransformersJs: speed,
    imagesPerSecond: (some.length / oursMs) * 1000,
    transformersJsImagesPerSecond: (some.length / peerMs) * 1000,
  };
}

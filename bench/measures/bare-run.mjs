import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createFrame } from '@streetvision/core';
import { embedding, runThrough } from '../cascade.mjs';
import { ratio, times } from '../rounds.mjs';

/**
 * Pictures to feature vectors against nothing but `session.run` over ready tensors, same workers × threads: what decoding,
 * resizing and the cascade leave of the engine's speed.
 */
export async function bareRun({ model, pictures }) {
  const workers = availableParallelism();
  const count = times(pictures.length * 2);
  const runtime = await embedding(model, { workers, threads: 1 });
  const { data } = await createFrame({ id: 'x', bytes: pictures[0] }).tensor(model.spec);
  const bare = await Promise.all(Array.from({ length: workers }, () => openBare(model, data)));
  const ours = () =>
    runThrough(
      runtime,
      Array.from({ length: count }, (_, i) => ({ id: `${i}`, bytes: pictures[i % pictures.length] })),
    );
  const peer = () => Promise.all(bare.map((one, i) => one.run(share(count, workers, i))));
  const { ratio: speed, oursMs, peerMs } = await ratio(ours, peer, times(5));
  await runtime.close();
  await Promise.all(bare.map((one) => one.close()));
  return {
    endToEndVsBareRun: speed,
    bareRunModel: model.name,
    bareRunImagesPerSecond: (count / peerMs) * 1000,
    besideBareRunImagesPerSecond: (count / oursMs) * 1000,
  };
}

const share = (count, parts, i) => Math.floor(count / parts) + (i < count % parts ? 1 : 0);

async function openBare({ path, input, output, spec }, data) {
  const worker = new Worker(new URL('../bare-worker.mjs', import.meta.url), {
    workerData: { path, input, output, data, dims: [1, 3, spec.height, spec.width] },
  });
  await once(worker, 'message');
  return {
    async run(count) {
      if (count === 0) return;
      worker.postMessage(count);
      await once(worker, 'message');
    },
    close: () => worker.terminate(),
  };
}

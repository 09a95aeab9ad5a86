import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs one ready tensor again and again: the most that the engine can give. */
const { path, input, output, data, dims } = workerData;
const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const feeds = { [input]: new Tensor('float32', data, dims) };
parentPort.on('message', async (count) => {
  for (let i = 0; i < count; i++) await session.run(feeds, [output]);
  parentPort.postMessage('done');
});
parentPort.postMessage('ready');

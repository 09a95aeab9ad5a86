import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type Frame,
  type LoadContext,
  resolveSpec,
  type Session,
  type StageContext,
  SvError,
  type TensorSpec,
} from '@streetvision/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What a backbone needs to load, without a runtime: files of this disk, and sessions on this thread. */
export const loadContext: Pick<LoadContext, 'model' | 'open'> = {
  async model(ref) {
    const path = ref.slice('file:'.length);
    const bytes = await readFile(path).catch((cause) => {
      throw new SvError('SV_MODEL_NOT_FOUND', `${ref} cannot be read.`, { cause });
    });
    return { ref, path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  },
  open: openSession,
};

/** Assembles batches as the runtime does. */
export const batchContext: Pick<StageContext, 'stack' | 'signal'> = {
  signal: new AbortController().signal,
  async stack(frames: readonly Frame[], spec: TensorSpec) {
    const { width, height, layout } = resolveSpec(spec);
    const size = width * height * 3;
    const data = new Float32Array(frames.length * size);
    await Promise.all(frames.map((frame, i) => frame.tensor(spec, data.subarray(i * size, (i + 1) * size))));
    const dims = layout === 'chw' ? [3, height, width] : [height, width, 3];
    return { type: 'float32', data, dims: [frames.length, ...dims] };
  },
};

// One thread: sums are then always added in the same order, and two runs give the same bytes.
async function openSession(path: string): Promise<Session> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const info = (all: typeof session.inputMetadata) =>
    all.flatMap((one) => (one.isTensor ? [{ name: one.name, type: 'float32' as const, dims: one.shape }] : []));
  return {
    inputs: info(session.inputMetadata),
    outputs: info(session.outputMetadata),
    providers: ['cpu'],
    parallel: 1,
    async run(feeds, options) {
      const given = Object.entries(feeds).map(([name, fed]) => {
        if (!(fed.data instanceof Float32Array)) throw new TypeError(`${name}: training runs float32 backbones`);
        return [name, new Tensor('float32', fed.data, fed.dims)] as const;
      });
      const results = await session.run(Object.fromEntries(given), [...(options?.outputs ?? session.outputNames)]);
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims }]) => {
          if (!(data instanceof Float32Array)) throw new TypeError(`${name}: training runs float32 backbones`);
          return [name, { type: 'float32' as const, data, dims }];
        }),
      );
    },
    close: () => session.release(),
  };
}

import type { Tensor } from '../types/engine.js';
import type { Frame, TensorSpec } from '../types/frame.js';
import { type BufferPool, buffers } from './buffer-pool.js';
import { resolveSpec } from './spec.js';

/**
 * The frames' tensors as one batch `[frames, ...dims]`, filled in place. The buffer comes from the pool; whoever runs
 * the batch releases it. Throws `SV_IMAGE_*` of the first frame that fails.
 */
export async function stackTensors(
  frames: readonly Frame[],
  spec: TensorSpec,
  pool: BufferPool = buffers,
): Promise<Tensor & { readonly data: Float32Array }> {
  const { width, height, layout } = resolveSpec(spec);
  const floats = 3 * width * height;
  const data = pool.acquire(frames.length * floats);
  const filled = await Promise.allSettled(
    frames.map(async (frame, i) => {
      const into = data.subarray(i * floats, (i + 1) * floats);
      const { data: got } = await frame.tensor(spec, into);
      // A frame of a plugin's own making may have overlooked `into`.
      if (got !== into) into.set(got);
    }),
  );
  const failed = filled.find((one) => one.status === 'rejected');
  if (failed) {
    pool.release(data);
    throw failed.reason;
  }
  const dims = layout === 'chw' ? [frames.length, 3, height, width] : [frames.length, height, width, 3];
  return { type: 'float32', data, dims };
}

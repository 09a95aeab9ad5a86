import { describe, expect, it } from 'vitest';
import { createBufferPool } from '../../src/frames/buffer-pool.js';
import { createFrame } from '../../src/frames/frame.js';
import { stackTensors } from '../../src/frames/stack.js';
import type { Frame } from '../../src/types/frame.js';
import { png } from './pictures.js';

describe('stackTensors', () => {
  it('fills one recycled buffer in the order of the frames', async () => {
    const pool = createBufferPool();
    const frames = await Promise.all([20, 30].map(async (w) => createFrame({ id: `${w}`, bytes: await png(w, 10) })));
    const spec = { width: 16, height: 8 };
    const batch = await stackTensors(frames, spec, pool);
    expect([batch.type, batch.dims]).toEqual(['float32', [2, 3, 8, 16]]);
    for (const [i, frame] of frames.entries()) {
      const { data } = await frame.tensor(spec);
      expect(batch.data.subarray(i * data.length, (i + 1) * data.length)).toEqual(data);
    }
    pool.release(batch.data);
    expect((await stackTensors(frames, { ...spec, layout: 'hwc' }, pool)).data).toBe(batch.data);
  });

  it('copies from a frame that overlooks `into`', async () => {
    const own = createFrame({ id: 'own', bytes: await png(16, 8) });
    const foreign: Frame = { ...own, tensor: (spec) => own.tensor(spec) };
    const batch = await stackTensors([foreign], { width: 16, height: 8 });
    expect(batch.data).toEqual((await own.tensor({ width: 16, height: 8 })).data);
  });

  it('gives the buffer back when a frame fails', async () => {
    const pool = createBufferPool();
    const good = createFrame({ id: 'good', bytes: await png(16, 8) });
    const bad = createFrame({ id: 'bad', bytes: new Uint8Array(0) });
    await expect(stackTensors([good, bad], { width: 16, height: 8 }, pool)).rejects.toMatchObject({
      code: 'SV_IMAGE_EMPTY',
    });
    expect(pool.bytes).toBe(2 * 3 * 16 * 8 * 4);
  });
});

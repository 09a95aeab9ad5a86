import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/engines/index.js';
import { buffers } from '../../../src/frames/buffer-pool.js';
import { folder, heavy, save } from '../graphs.js';

const dir = folder();
const engine = createOnnxRuntimeEngine();
afterAll(() => engine.close());

const run = async (session: Awaited<ReturnType<typeof engine.open>>, n: number) => {
  const data = buffers.acquire(n * n).fill(1 / n);
  const { y } = await session.run({ x: { type: 'float32', data, dims: [n, n] } });
  expect(y?.data[n]).toBeCloseTo(1 / n, 6);
};

describe('under load', () => {
  it('leaves the event loop free while graphs run', async () => {
    const session = await engine.open(save(dir, 'heavy.onnx', heavy(20)), { workers: 1, threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const start = performance.now();
    for (let i = 0; i < 6; i++) await run(session, 512);
    const ms = performance.now() - start;
    clearInterval(timer);
    // A graph on this thread would let one tick pass between two runs: 6 in all.
    expect(ms).toBeGreaterThan(60);
    expect(ticks).toBeGreaterThan(Math.max(8, ms / 50));
    await session.close();
  });

  it('keeps memory flat over some hundred runs', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const session = await engine.open(save(dir, 'light.onnx', heavy(1)), {
      workers: Math.min(2, availableParallelism()),
    });
    const held = () => {
      gc();
      return process.memoryUsage().arrayBuffers;
    };
    const burst = async (count: number) => {
      for (let i = 0; i < count; i++) await Promise.all([run(session, 256), run(session, 256), run(session, 256)]);
    };
    await burst(20);
    const before = held();
    await burst(150);
    // 450 runs brought 115 MB in and as much out; what may differ is a few buffers in the pool.
    expect(held() - before).toBeLessThan(2 * 2 ** 20);
    await session.close();
  });
});

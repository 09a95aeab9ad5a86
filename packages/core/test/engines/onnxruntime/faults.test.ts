import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/engines/index.js';
import type { Tensor } from '../../../src/types/index.js';
import { dot, folder, heavy, save } from '../graphs.js';

const dir = folder();
const slow = save(dir, 'heavy.onnx', heavy(20));
const quick = save(dir, 'dot.onnx', dot());
const engine = createOnnxRuntimeEngine();
afterAll(() => engine.close());

// Node announces every worker of the process: the real threads of the engine, to do real harm to.
const workers: Worker[] = [];
const remember = (worker: Worker) => void workers.push(worker);
beforeEach(() => {
  workers.length = 0;
  process.on('worker', remember);
});
afterEach(() => void process.off('worker', remember));

const N = 512;
const matrix = (): { x: Tensor } => ({
  x: { type: 'float32', data: new Float32Array(N * N).fill(1 / N), dims: [N, N] },
});
const row = (): { x: Tensor } => ({ x: { type: 'float32', data: Float32Array.of(1, 2, 3), dims: [1, 3] } });
const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a worker that dies', () => {
  it('fails the run in flight and is replaced for the next', async () => {
    const session = await engine.open(slow, { workers: 1 });
    // It falls over what nobody may send, with the run on its way. (Inside onnxruntime it could only take all down.)
    workers[0]?.postMessage(null);
    const hit = session.run(matrix());
    const waiting = session.run(matrix());
    await expect(hit).rejects.toMatchObject({
      code: 'SV_ENGINE_WORKER',
      message: expect.stringMatching(
        /^A worker thread of the engine died during a run: Cannot read properties of null/,
      ),
    });
    expect((await waiting).y?.data[0]).toBeCloseTo(1 / N, 6);
    expect(workers).toHaveLength(2);
    await session.close();
  });

  it('is replaced when it died between runs', async () => {
    const session = await engine.open(quick, { workers: 1 });
    await workers[0]?.terminate();
    expect((await session.run(row())).y?.data).toEqual(Float32Array.of(14));
    await session.close();
  });

  it('fails waiting runs too when it cannot be replaced, and recovers with the file', async () => {
    const path = save(dir, 'moving.onnx', dot());
    const session = await engine.open(path, { workers: 1 });
    save(dir, 'moving.onnx', Buffer.from('overwritten'));
    await workers[0]?.terminate();
    const runs = [session.run(row()), session.run(row())];
    for (const run of runs) await expect(run).rejects.toMatchObject({ code: 'SV_ENGINE_MODEL' });
    save(dir, 'moving.onnx', dot());
    expect((await session.run(row())).y?.data).toEqual(Float32Array.of(14));
    await session.close();
  });
});

describe('an aborted run', () => {
  it('is dropped while it waits, and rejects at once while it runs', async () => {
    const session = await engine.open(slow, { workers: 1 });
    const order: string[] = [];
    const [first, second] = [new AbortController(), new AbortController()];
    const running = session.run(matrix(), { signal: first.signal });
    const queued = matrix();
    const waiting = session.run(queued, { signal: second.signal });
    const last = session.run(matrix()).then(() => order.push('last'));
    await tick();
    second.abort(new Error('not needed'));
    first.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('not needed');
    await expect(running).rejects.toThrow('too late');
    // It never travelled.
    expect(queued.x.data).toHaveLength(N * N);
    order.push('aborted');
    await last;
    expect(order).toEqual(['aborted', 'last']);
    await session.close();
  });

  it('does not start when the signal was aborted before', async () => {
    const session = await engine.open(quick, { workers: 1 });
    const feeds = row();
    const run = session.run(feeds, { signal: AbortSignal.abort(new Error('before')) });
    await expect(run).rejects.toThrow('before');
    expect(feeds.x.data).toHaveLength(3);
    await session.close();
  });
});

describe('close', () => {
  it('refuses what waits, lets the running one finish, ends the threads, and may be called again', async () => {
    const session = await engine.open(slow, { workers: 1 });
    const [running, waiting] = [session.run(matrix()), session.run(matrix())];
    const gone = new Promise((resolve) => workers[0]?.once('exit', resolve));
    const closing = session.close();
    await expect(waiting).rejects.toMatchObject({ code: 'SV_ENGINE_CLOSED' });
    expect((await running).y?.dims).toEqual([N, N]);
    await Promise.all([closing, gone, session.close()]);
    await expect(session.run(matrix())).rejects.toMatchObject({ code: 'SV_ENGINE_CLOSED' });
  });

  it('of the engine closes every session', async () => {
    const own = createOnnxRuntimeEngine();
    const sessions = await Promise.all([own.open(quick, { workers: 1 }), own.open(quick, { workers: 1 })]);
    await own.close();
    for (const session of sessions) {
      await expect(session.run(row())).rejects.toMatchObject({ code: 'SV_ENGINE_CLOSED' });
    }
  });
});

import type { Worker } from 'node:worker_threads';
import type { Outcome } from '@streetvision/core';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { input, openCascade } from './cascade.js';

// Node announces every worker of the process: the real threads of the engine, to do real harm to.
const seen: Worker[] = [];
let runs = 0;
let killAt = Number.POSITIVE_INFINITY;

/** Kills the thread that is about to get this run, counted from the next, so that it dies with the run on its way. */
const killDuring = (run: number) => {
  killAt = runs + run;
};

beforeEach(() => {
  seen.length = 0;
  runs = 0;
  killAt = Number.POSITIVE_INFINITY;
  const watch = (worker: Worker) => {
    seen.push(worker);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: unknown, transfer?: never) => {
      if ((message as { do?: string }).do === 'run' && ++runs === killAt) post(null);
      post(message, transfer);
    };
  };
  process.on('worker', watch);
  onTestFinished(() => void process.off('worker', watch));
});

// One thread for each of the two models, so that there is no other to go on with.
const alone = { budget: { concurrency: 1 }, engine: { workers: 1 } };

describe.each([
  ['backbone', 1],
  ['head', 2],
])('the worker thread of the %s dies in the middle of a run', (_, run) => {
  it('fails the request with a code, and the next one gets a new thread', async () => {
    const sv = await openCascade({ cascade: [{ run: 'starter' }], ...alone });
    const before = await sv.run(await input('before'));
    const threads = seen.length;
    killDuring(run);
    await expect(sv.run(await input('hit'))).rejects.toMatchObject({
      code: 'SV_ENGINE_WORKER',
      where: { plugin: '@streetvision/plugin-dinov3#starter', stage: 'starter' },
    });
    expect((await sv.run(await input('after'))).score).toBe(before.score);
    expect(seen).toHaveLength(threads + 1);
  });

  it('is skipped, or answered for, where the config says so', async () => {
    for (const onError of ['skip', { use: 'faulty' }] as const) {
      const sv = await openCascade({ cascade: [{ run: 'starter', onError }, { run: 'faulty' }], ...alone });
      killDuring(run);
      const { trace, score } = await sv.run(await input('hit'));
      expect(score).toBe(0.9);
      expect(trace[0]).toMatchObject({ stage: 'starter', status: 'failed', code: 'SV_ENGINE_WORKER' });
      expect((await sv.run(await input('after'))).trace[0]).toMatchObject({ status: 'answered' });
    }
  });
});

it('a batch whose thread died is answered all the same, frame by frame', async () => {
  const sv = await openCascade({ cascade: [{ run: 'starter' }], ...alone, budget: { concurrency: 8 } });
  const pictures = await Promise.all(Array.from({ length: 40 }, (_, i) => input(`${i}`, i)));
  const scores = async () => {
    const outcomes: Outcome[] = [];
    for await (const outcome of sv.runAll(pictures)) outcomes.push(outcome);
    return outcomes.map(({ input, result, error }) => [input, result?.score.toFixed(5) ?? error?.code]);
  };
  const calm = await scores();
  const threads = seen.length;
  killDuring(3);
  const stormy = await scores();
  expect(seen.length).toBe(threads + 1);
  // A frame that was alone in its batch has no second try.
  const lost = stormy.filter(([, score]) => score === 'SV_ENGINE_WORKER');
  expect(lost.length).toBeLessThanOrEqual(1);
  expect(stormy.filter(([, score]) => score !== 'SV_ENGINE_WORKER')).toEqual(
    calm.filter(([name]) => lost.every(([other]) => other !== name)),
  );
});

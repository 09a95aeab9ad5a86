import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { createThreadBudget } from '../../../src/engines/onnxruntime/thread-budget.js';

/** Random arrivals, each run ending some turns later. */
it('never has more threads running than there are, and lets everybody in, in order', async () => {
  const budget = createThreadBudget(4);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const all = Array.from({ length: 200 }, (_, i) => {
    const need = i % 7 === 0 ? 9 : 1 + ((i * 7919) % 4);
    return new Promise<void>((resolve) =>
      budget.enter(need, (leave) => {
        begun.push(i);
        running += Math.min(need, 4);
        most = Math.max(most, running);
        setTimeout(() => {
          running -= Math.min(need, 4);
          leave();
          leave();
          resolve();
        }, i % 3);
      }),
    );
  });
  await Promise.all(all);
  expect(most).toBe(4);
  expect(running).toBe(0);
  expect(begun).toEqual(begun.toSorted((a, b) => a - b));
});

it('lets a run in at once where threads are free', () => {
  let begun = 0;
  const budget = createThreadBudget(availableParallelism());
  budget.enter(1, () => begun++);
  expect(begun).toBe(1);
});

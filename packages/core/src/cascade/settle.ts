import type { MaybePromise } from '../types/index.js';

/**
 * Work that yields each promise it must wait for and gets back what became of it. One text serves the runtime, which
 * waits, and the replay, which is through at once where nothing is a promise.
 */
export type Work<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** Does the work: at once where it waits for nothing. */
export function settle<T>(work: Work<T>): MaybePromise<T> {
  const first = work.next();
  return first.done ? first.value : settleLater(work, first.value);
}

async function settleLater<T>(work: Work<T>, first: PromiseLike<unknown>): Promise<T> {
  let waiting = first;
  for (;;) {
    let value: unknown;
    let failed = false;
    try {
      value = await waiting;
    } catch (error) {
      value = error;
      failed = true;
    }
    const next = failed ? work.throw(value) : work.next(value);
    if (next.done) return next.value;
    waiting = next.value;
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

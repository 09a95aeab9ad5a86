import { setTimeout as sleep } from 'node:timers/promises';
import { isSvError, type SvError } from '@streetvision/core';
import { withTimeLimit } from './time-limit.js';

export interface Tries {
  readonly signal: AbortSignal;
  /** For one try. */
  readonly timeoutMs: number;
  /** Tries after the first one. */
  readonly retries: number;
  /** Pause before the first of them; doubles each time, and is spread by a quarter. */
  readonly backoffMs: number;
  /** What to throw for an error of the connection. */
  failure(error: unknown, tries: number): SvError;
  /** Whether it may be tried again after this error. @default always */
  again?(error: unknown): Promise<boolean>;
}

/** Tries again what may pass: errors of the connection, and those that say when with `retryAfterMs`. */
export async function withTries<T>(tries: Tries, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs, retries, backoffMs, failure, again } = tries;
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted();
    let wait = Math.min(backoffMs * 2 ** failures, 30_000) * (0.75 + Math.random() / 2);
    try {
      return await withTimeLimit(timeoutMs, signal, attempt);
    } catch (error) {
      if (signal.aborted || (isSvError(error) && error.retryAfterMs === undefined)) throw error;
      const told = isSvError(error) ? error : failure(error, failures + 1);
      if (failures >= retries || (again && !(await again(error)))) throw told;
      wait = Math.max(wait, told.retryAfterMs ?? 0);
    }
    await sleep(wait, undefined, { signal });
  }
}

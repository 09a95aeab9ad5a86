import type { Hooks } from '../hooks/create.js';
import type { Result, RunContext } from '../types/index.js';

/** Observers see a result after its caller has it: their time is not the caller's. */
export interface Observers {
  /** Resolves at once, unless so many are behind that memory would grow. */
  notify(result: Result, run: RunContext): Promise<void>;
  /** Resolves when all have finished. */
  drain(): Promise<void>;
}

/** Results that observers may be behind. */
const MAX_BEHIND = 256;

export function createObservers(hooks: Hooks): Observers {
  let behind = 0;
  let waiting: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const finished = () => {
    behind--;
    if (waiting.length === 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return {
    async notify(result, run) {
      if (!hooks.onResult.isUsed()) return;
      behind++;
      // Every handler is guarded: this call does not fail.
      hooks.onResult.callAsync(result, run, finished);
      while (behind > MAX_BEHIND) await next();
    },
    async drain() {
      while (behind > 0) await next();
    },
  };
}

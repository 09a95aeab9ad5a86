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
  const behind = new Set<Promise<void>>();
  return {
    async notify(result, run) {
      if (!hooks.onResult.isUsed()) return;
      // Every handler is guarded: this promise does not reject.
      const observed: Promise<void> = hooks.onResult.promise(result, run).then(() => {
        behind.delete(observed);
      });
      behind.add(observed);
      if (behind.size > MAX_BEHIND) await Promise.race(behind);
    },
    async drain() {
      await Promise.all(behind);
    },
  };
}

import { type Hooks, isTapped } from '../hooks/create.js';
import type { Logger, Result, RunContext } from '../types/index.js';

/** Observers see a result when its caller has it: their time is not the caller's. */
export interface Observers {
  /** Resolves at once, unless so many are behind that memory would grow; then it waits a little. */
  notify(result: Result, run: RunContext): Promise<void>;
  /** Resolves when all have finished, or have had long enough. */
  drain(): Promise<void>;
}

/** Results that observers may be behind. */
const MAX_BEHIND = 256;
/** How long a run waits for slow observers. Hanging ones must not stop the service. */
const PATIENCE_MS = 1_000;
const DRAIN_MS = 5_000;

export function createObservers(hooks: Hooks, log: Logger): Observers {
  let behind = 0;
  /** A wait was in vain: until somebody finishes, nobody waits again. */
  let stuck = false;
  let waiting: (() => void)[] = [];

  const finished = () => {
    behind--;
    stuck = false;
    if (waiting.length === 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  /** Resolves to whether so few are behind, within the time given. */
  const until = async (few: number, ms: number): Promise<boolean> => {
    const end = performance.now() + ms;
    while (behind > few && performance.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - performance.now());
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return behind <= few;
  };

  return {
    async notify(result, run) {
      if (!isTapped(hooks.onResult)) return;
      const patience = Math.min(PATIENCE_MS, run.deadline - performance.now());
      if (behind >= MAX_BEHIND && (stuck || !(await until(MAX_BEHIND - 1, patience)))) {
        stuck = true;
        log.error(`onResult: ${behind} results are still being observed; \`${result.input}\` is not shown.`, {
          behind,
        });
        return;
      }
      behind++;
      // Every handler is guarded: this call does not fail.
      hooks.onResult.callAsync(result, run, finished);
    },
    async drain() {
      if (await until(0, DRAIN_MS)) return;
      log.error(`onResult: closed while ${behind} results were still being observed.`, { behind });
    },
  };
}

import { type Stop, signalOf } from '../cascade/stop.js';
import { SvError } from '../errors/sv-error.js';

/** Two numbers against collapse: how many runs make progress, and how many may wait. */
export interface Admission {
  /**
   * Resolves when the run may begin, to what ends it. Throws `SV_OVERLOADED` at once where the queue is full.
   * @param patient waits however long the queue is: for callers that bound themselves
   */
  enter(stop: Stop, patient: boolean): Promise<() => void>;
  /** Turns everyone away who still waits. */
  close(reason: SvError): void;
}

interface Waiting {
  begin(): void;
  turnAway(reason: unknown): void;
}

/** Weight of the newest run in the running mean of run times. */
const SMOOTHING = 0.1;

export function createAdmission(limits: { concurrency: number; queue: number }): Admission {
  const { concurrency, queue } = limits;
  const waiting = new Set<Waiting>();
  const begun: number[] = [];
  let meanMs = 0;

  const leave = (began: number) => {
    const ms = performance.now() - began;
    meanMs = meanMs === 0 ? ms : meanMs + SMOOTHING * (ms - meanMs);
    begun.splice(begun.indexOf(began), 1);
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    next.begin();
  };
  const begin = () => {
    const began = performance.now();
    begun.push(began);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave(began);
    };
  };

  return {
    async enter(stop, patient) {
      if (stop.aborted) throw stop.reason;
      if (begun.length < concurrency) return begin();
      if (!patient && waiting.size >= queue) {
        // Before the first run has ended, the oldest in progress tells how long one takes at least.
        const oldest = performance.now() - (begun[0] as number);
        throw overloaded(limits, (Math.max(meanMs, oldest) * (waiting.size + 1)) / concurrency);
      }
      const signal = signalOf(stop);
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          begin: () => {
            signal.removeEventListener('abort', onAbort);
            resolve(begin());
          },
          turnAway: (reason) => {
            signal.removeEventListener('abort', onAbort);
            reject(reason);
          },
        };
        const onAbort = () => {
          waiting.delete(entry);
          reject(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(entry);
      });
    },
    close(reason) {
      for (const entry of waiting) entry.turnAway(reason);
      waiting.clear();
    },
  };
}

function overloaded({ concurrency, queue }: { concurrency: number; queue: number }, waitMs: number): SvError {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs));
  return new SvError('SV_OVERLOADED', `${concurrency} runs are in progress and ${queue} wait.`, {
    retryAfterMs,
    fix: `Come back in ${retryAfterMs} ms, or raise budget.concurrency or budget.queue.`,
  });
}

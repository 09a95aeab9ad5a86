import type { Frame } from '../types/index.js';

/** Measures how long at least one of several overlapping pieces of work was in progress, in milliseconds. */
export interface Stopwatch {
  time<T>(work: () => Promise<T>): Promise<T>;
  elapsed(): number;
}

export function createStopwatch(): Stopwatch {
  let active = 0;
  let since = 0;
  let total = 0;
  return {
    async time(work) {
      if (active++ === 0) since = performance.now();
      try {
        return await work();
      } finally {
        if (--active === 0) total += performance.now() - since;
      }
    },
    elapsed: () => total,
  };
}

/** The same frame; what a stage spends on its pixels goes onto the stopwatch. */
export function timedFrame(frame: Frame, stopwatch: Stopwatch): Frame {
  return {
    ...frame,
    pixels: () => stopwatch.time(() => frame.pixels()),
    tensor: (spec, into) => stopwatch.time(() => frame.tensor(spec, into)),
  };
}

import type { Frame } from '../types/index.js';

/** Measures how long at least one of several overlapping pieces of work was in progress, in milliseconds. */
export interface Stopwatch {
  active: number;
  since: number;
  elapsed: number;
}

export const createStopwatch = (): Stopwatch => ({ active: 0, since: 0, elapsed: 0 });

/** The same frame; what a stage spends on its pixels goes onto the stopwatch. */
export function timedFrame(frame: Frame, stopwatch: Stopwatch): Frame {
  const bytes = bytesOf(frame);
  const timed: Frame = {
    id: frame.id,
    kind: frame.kind,
    bytes: bytes as Uint8Array,
    meta: frame.meta,
    ...(frame.clip ? { clip: frame.clip } : {}),
    // Asked on the frame itself: a frame of another maker may be an instance of a class.
    hash: () => frame.hash(),
    info: () => frame.info(),
    view: (view) => timedFrame(frame.view(view), stopwatch),
    with: (changes) => frame.with(changes),
    pixels: () => time(stopwatch, frame.pixels()),
    tensor: (spec, into) => time(stopwatch, frame.tensor(spec, into)),
  };
  // Only where it must be: an accessor costs microseconds for every stage of every frame.
  if (!bytes) Object.defineProperty(timed, 'bytes', { get: () => frame.bytes, enumerable: false });
  return timed;
}

/** A view has no bytes, and says so when it is asked. */
function bytesOf(frame: Frame): Uint8Array | undefined {
  try {
    return frame.bytes;
  } catch {
    return undefined;
  }
}

async function time<T>(stopwatch: Stopwatch, work: Promise<T>): Promise<T> {
  if (stopwatch.active++ === 0) stopwatch.since = performance.now();
  try {
    return await work;
  } finally {
    if (--stopwatch.active === 0) stopwatch.elapsed += performance.now() - stopwatch.since;
  }
}

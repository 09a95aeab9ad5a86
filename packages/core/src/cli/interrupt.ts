import { EXIT_CODES } from './exit-codes.js';
import type { Io } from './io.js';

/** How long runs that have begun may take to end after the first Ctrl-C, in milliseconds. */
const GRACE_MS = 2_000;

export interface Interrupt {
  /** Aborted at the first Ctrl-C: begin nothing new. */
  readonly stopping: AbortSignal;
  /** Aborted a moment later: give up what has begun. */
  readonly aborting: AbortSignal;
  /** What the process exits with, where it was stopped. */
  exitCode(): number | undefined;
  dispose(): void;
}

/** The first Ctrl-C ends cleanly, the second ends at once. */
export function createInterrupt(io: Io, graceMs = GRACE_MS): Interrupt {
  const stopping = new AbortController();
  const aborting = new AbortController();
  let code: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const off = io.onStop((signal) => {
    if (code !== undefined) return io.kill(code);
    code = (signal === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.terminated).code;
    stopping.abort();
    timer = setTimeout(() => aborting.abort(), graceMs);
  });
  return {
    stopping: stopping.signal,
    aborting: aborting.signal,
    exitCode: () => code,
    dispose() {
      off();
      clearTimeout(timer);
    },
  };
}

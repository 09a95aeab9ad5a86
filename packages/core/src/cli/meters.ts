import type { Meter } from '../types/index.js';
import type { Colors } from './colors.js';
import type { Io } from './io.js';
import { printable } from './printable.js';
import { statusText } from './progress.js';
import { createStatusLine } from './status-line.js';

/** What a plugin's command shows its progress with. */
export const createMeters =
  (io: Io, quiet: boolean, colors: Colors) =>
  (name: string, expected?: number): Meter => {
    const began = performance.now();
    const state = { done: 0, total: expected, failed: 0 };
    const line = createStatusLine(io, {
      quiet,
      colors,
      shared: false,
      status: () => ({
        name: printable(name),
        text: statusText({ ...state, ms: performance.now() - began }),
        share: state.total ? state.done / state.total : undefined,
      }),
    });
    return {
      total(count) {
        state.total = count;
      },
      step(failed = false) {
        state.done++;
        if (failed) state.failed++;
      },
      stop: () => line.stop(),
    };
  };

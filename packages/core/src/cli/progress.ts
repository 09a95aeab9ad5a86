import type { Io } from './io.js';
import { createStatusLine, type StatusLine, type StatusLineOptions } from './status-line.js';

/** How far a run is. */
export interface Progress extends StatusLine {
  total(count: number): void;
  /** Counts one input. */
  step(failed: boolean): void;
}

/** Counts inputs, and shows how far they are. */
export function createProgress(io: Io, options: Omit<StatusLineOptions, 'status'>): Progress {
  const began = performance.now();
  let total: number | undefined;
  let done = 0;
  let failed = 0;
  const line = createStatusLine(io, {
    ...options,
    status: () => ({
      text: statusText({ done, total, failed, ms: performance.now() - began }),
      share: total ? done / total : undefined,
    }),
  });
  return {
    ...line,
    total(count) {
      total = count;
    },
    step(bad) {
      done++;
      if (bad) failed++;
    },
  };
}

/** `120/1,000 (12 %) · 35.2/s · 25 s left · 2 failed` */
export function statusText(state: { done: number; total: number | undefined; failed: number; ms: number }): string {
  const { done, total, failed, ms } = state;
  const rate = ms > 0 ? (done / ms) * 1_000 : 0;
  const known = total !== undefined && total > 0;
  const parts = [
    known ? `${count(done)}/${count(total)} (${Math.floor((done / total) * 100)} %)` : count(done),
    `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`,
  ];
  if (known && rate > 0 && total > done) parts.push(`${duration((total - done) / rate)} left`);
  if (failed > 0) parts.push(`${count(failed)} failed`);
  return parts.join(' · ');
}

export const count = (value: number) => value.toLocaleString('en-US');

/** `25 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

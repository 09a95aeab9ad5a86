import type { Colors } from './colors.js';
import type { Io } from './io.js';

/** Between plain lines, in milliseconds: soon at first, then seldom. */
const FIRST_LINE_MS = 2_000;
const LINE_MS = 10_000;

const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_REST = '\u001b[K';

export interface Progress {
  total(count: number): void;
  /** Counts one input. */
  step(failed: boolean): void;
  /** Makes room for a line on the same terminal. */
  clear(): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly quiet: boolean;
  readonly colors: Colors;
  /** Rows go to the same terminal. */
  readonly shared: boolean;
}

/** A bar on a terminal, a line now and then elsewhere, both on standard error. */
export function createProgress(io: Io, options: ProgressOptions): Progress {
  if (options.quiet) return { total() {}, step() {}, clear() {}, stop() {} };
  return io.stderr.isTTY ? bar(io, options) : lines(io);
}

/**
 * One line that is drawn over itself. Drawn here rather than by a library, because rows and log lines may come between:
 * then the place on the screen that a library would go back to is another one.
 */
function bar(io: Io, { colors, shared }: ProgressOptions): Progress {
  const began = performance.now();
  let total: number | undefined;
  let done = 0;
  let failed = 0;
  const draw = () => {
    const status = statusText({ done, total, failed, ms: performance.now() - began });
    const columns = io.stderr.columns || 80;
    // A line that wraps could not be drawn over.
    const room = status.length + BAR_WIDTH + 2 <= columns;
    const filled = total ? Math.round((Math.min(done, total) / total) * BAR_WIDTH) : 0;
    const blocks = `${colors.cyan('█'.repeat(filled))}${colors.dim('░'.repeat(BAR_WIDTH - filled))} `;
    io.stderr.write(`\r${room ? blocks : ''}${status.slice(0, columns - 1)}${ERASE_REST}`);
  };
  io.stderr.write(HIDE_CURSOR);
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return {
    total(count) {
      total = count;
    },
    step(bad) {
      done++;
      if (bad) failed++;
    },
    clear: () => void (shared && io.stderr.write(`\r${ERASE_REST}`)),
    stop() {
      clearInterval(timer);
      io.stderr.write(`\r${ERASE_REST}${SHOW_CURSOR}`);
    },
  };
}

function lines(io: Io): Progress {
  const began = performance.now();
  let total: number | undefined;
  let done = 0;
  let failed = 0;
  let timer = setTimeout(function line() {
    io.stderr.write(`${statusText({ done, total, failed, ms: performance.now() - began })}\n`);
    timer = setTimeout(line, LINE_MS);
    timer.unref();
  }, FIRST_LINE_MS);
  timer.unref();
  return {
    total(count) {
      total = count;
    },
    step(bad) {
      done++;
      if (bad) failed++;
    },
    clear() {},
    stop: () => clearTimeout(timer),
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

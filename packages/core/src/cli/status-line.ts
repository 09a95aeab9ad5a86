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

/** How far something is. */
export interface Status {
  /** Of what; on a narrow terminal its end is what remains. */
  readonly name?: string;
  readonly text: string;
  /** In [0, 1]; `undefined` where nobody knows: then there is no bar. */
  readonly share: number | undefined;
}

export interface StatusLine {
  /** Makes room for a line on the same terminal. */
  clear(): void;
  stop(): void;
}

export interface StatusLineOptions {
  readonly quiet: boolean;
  readonly colors: Colors;
  /** Rows go to the same terminal. */
  readonly shared: boolean;
  status(): Status;
}

/** A bar on a terminal, a line now and then elsewhere, both on standard error. */
export function createStatusLine(io: Io, options: StatusLineOptions): StatusLine {
  if (options.quiet) return { clear() {}, stop() {} };
  return io.stderr.isTTY ? bar(io, options) : lines(io, options);
}

/**
 * One line that is drawn over itself. Drawn here rather than by a library, because rows and log lines may come between:
 * then the place on the screen that a library would go back to is another one.
 */
function bar(io: Io, { colors, shared, status }: StatusLineOptions): StatusLine {
  const draw = () => {
    const { name, text: figures, share } = status();
    const columns = io.stderr.columns || 80;
    const text = name ? `${ending(name, columns - figures.length - 3)}  ${figures}` : figures;
    // A line that wraps could not be drawn over.
    const room = share !== undefined && text.length + BAR_WIDTH + 2 <= columns;
    const filled = Math.round(Math.min(share ?? 0, 1) * BAR_WIDTH);
    const blocks = `${colors.cyan('█'.repeat(filled))}${colors.dim('░'.repeat(BAR_WIDTH - filled))} `;
    io.stderr.write(`\r${room ? blocks : ''}${text.slice(0, columns - 1)}${ERASE_REST}`);
  };
  io.stderr.write(HIDE_CURSOR);
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  return {
    clear: () => void (shared && io.stderr.write(`\r${ERASE_REST}`)),
    stop() {
      clearInterval(timer);
      io.stderr.write(`\r${ERASE_REST}${SHOW_CURSOR}`);
    },
  };
}

function lines(io: Io, { status }: StatusLineOptions): StatusLine {
  let timer = setTimeout(function line() {
    const { name, text } = status();
    io.stderr.write(`${name ? `${name}  ` : ''}${text}\n`);
    timer = setTimeout(line, LINE_MS);
    timer.unref();
  }, FIRST_LINE_MS);
  timer.unref();
  return { clear() {}, stop: () => clearTimeout(timer) };
}

const ending = (name: string, room: number) =>
  name.length <= room ? name : `…${name.slice(name.length - Math.max(0, room - 1))}`;

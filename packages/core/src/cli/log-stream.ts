import type { Writable } from 'node:stream';
import type { DestinationStream } from 'pino';
import type { Colors } from './colors.js';
import { printable, printableLines } from './printable.js';

const NAMES: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warning', 50: 'error' };

/** Turns the JSON lines of the log into lines for people: `warning  stage failed  stage=yolo`. */
export function humanLog(
  stream: Writable & { readonly isTTY?: boolean | undefined },
  colors: Colors,
): DestinationStream {
  // Takes the place of the progress bar, which is drawn again below it.
  const start = stream.isTTY ? '\r\u001b[K' : '';
  return {
    write(line) {
      const { level, time: _, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg?: string };
      const name = NAMES[level] ?? String(level);
      const paint = level >= 50 ? colors.red : level >= 40 ? colors.yellow : colors.dim;
      const rest = Object.entries(fields).map(([key, value]) => colors.dim(`${printable(key)}=${fieldText(value)}`));
      stream.write(`${start}${[paint(name), lines(msg ?? ''), ...rest].filter(Boolean).join('  ')}\n`);
    },
  };
}

function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return printable(String(value));
  // pino writes an error as an object; its message is what people want on one line.
  if ('message' in value && 'stack' in value) return lines(String(value.message));
  return printable(JSON.stringify(value));
}

/** Further lines are indented, so that none of them passes for a line of the log. */
const lines = (text: string) => printableLines(text).replaceAll('\n', '\n  ');

import type { Colors } from '../colors.js';
import type { Format } from './format.js';
import { isAnswered } from './row.js';

/** A line that a person reads: `photos/a.jpg  roadwork 0.934  after dinov3: score 0.934 outside (0.12, 0.88)  41 ms`. */
export function human(colors: Colors): Format {
  return {
    head: '',
    row(row) {
      const input = printable(row.input);
      if (!isAnswered(row)) return `${input}  ${colors.red(row.error.code)}  ${printable(row.error.message)}\n`;
      const answer = `${colors.bold(row.label)} ${row.score.toFixed(3)}`;
      const why = colors.dim(`after ${row.exit.after}: ${printable(row.exit.reason)}  ${row.ms.toFixed(0)} ms`);
      return `${input}  ${answer}  ${why}\n`;
    },
    tail: '',
  };
}

// Control characters, line separators, and what turns the direction of the text: `x\u202egpj.exe` looks like `xexe.jpg`.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A file name may hold line breaks and escape sequences; a terminal must not obey them. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => {
    const code = found.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

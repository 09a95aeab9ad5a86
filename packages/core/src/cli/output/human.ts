import type { Colors } from '../colors.js';
import { printable } from '../printable.js';
import type { Format } from './format.js';
import { isAnswered } from './row.js';

/** A line that a person reads: `photos/a.jpg  roadwork 0.934  after dinov3: score 0.934 outside (0.12, 0.88)  41 ms`. */
export function human(colors: Colors): Format {
  return {
    head: '',
    row(row) {
      const input = printable(row.input);
      if (!isAnswered(row))
        return `${input}  ${colors.red(printable(row.error.code))}  ${printable(row.error.message)}\n`;
      const answer = `${colors.bold(printable(row.label))} ${row.score.toFixed(3)}`;
      const why = colors.dim(
        `after ${printable(row.exit.after)}: ${printable(row.exit.reason)}  ${row.ms.toFixed(0)} ms`,
      );
      return `${input}  ${answer}  ${why}\n`;
    },
    tail: '',
  };
}

import type { Format } from './format.js';
import { isAnswered } from './row.js';

const COLUMNS = ['input', 'score', 'label', 'after', 'reason', 'ms', 'error_code', 'error_message'];

/** One line per row as RFC 4180 has it. */
export const csv: Format = {
  head: `${COLUMNS.join(',')}\r\n`,
  row(row) {
    const cells = isAnswered(row)
      ? [row.input, row.score, row.label, row.exit.after, row.exit.reason, row.ms, '', '']
      : [row.input, '', '', '', '', '', row.error.code, row.error.message];
    return `${cells.map(cell).join(',')}\r\n`;
  },
  tail: '',
};

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet runs a cell that begins like a formula; a leading apostrophe makes it text.
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import type { Format } from './format.js';

/** One JSON object a line. */
export const jsonl: Format = { head: '', row: (row) => `${JSON.stringify(row)}\n`, tail: '' };

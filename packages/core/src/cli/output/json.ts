import type { Format } from './format.js';

/** One JSON array, written row by row. */
export const json: Format = {
  head: '[',
  row: (row, index) => `${index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`,
  tail: '\n]\n',
};

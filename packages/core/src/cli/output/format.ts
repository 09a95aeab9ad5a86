import type { ResultRow } from './row.js';

/** How rows become text. */
export interface Format {
  readonly head: string;
  /** @param index 0 for the first row */
  row(row: ResultRow, index: number): string;
  readonly tail: string;
}

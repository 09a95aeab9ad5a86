import { type Markup, raw } from '../html.js';

/** A share as a bar for a cell of a table. @param value in [0, 1] */
export const bar = (value: number, colour: 'line' | 'wrong' = 'line'): Markup =>
  raw(
    `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="${colour}" width="${(value * 100).toFixed(1)}" height="8"/></svg>`,
  );

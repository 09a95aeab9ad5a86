// @ts-check
import { h } from './dom.js';
import { count, duration } from './format.js';

/** @typedef {import('./stats.js').Timing} Timing */

export const PARTS = /** @type {const} */ (['queue', 'preprocess', 'compute']);

/** Colours of the three parts, said once. */
export const partsLegend = () =>
  h('p', { class: 'legend' }, ...PARTS.map((part) => h('span', { class: `key part-${part}` }, part)));

/**
 * @param {HTMLElement} place
 * @param {Timing[]} timings
 */
export function drawTimings(place, timings) {
  const most = Math.max(...timings.map(({ total }) => total.p95), 0.001);
  const rows = timings.map(({ stage, n, total, others, ...parts }) => {
    const notes = [...others].map(([status, times]) => `${count(times)} ${status}`);
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        stage,
        h('small', {}, [n > 0 && `${count(n)} runs`, ...notes].filter(Boolean).join(', ')),
      ),
      h(
        'td',
        { class: 'timing-bar' },
        h(
          'span',
          { class: 'stack', vars: { '--p95': total.p95 / most } },
          ...PARTS.map((part) =>
            h('span', {
              class: `part part-${part}`,
              vars: { '--share': parts[part].median / most },
              title: `${part}: median ${duration(parts[part].median)}, p95 ${duration(parts[part].p95)}`,
            }),
          ),
        ),
        h(
          'span',
          { class: 'visually-hidden' },
          PARTS.map((part) => `${part} ${duration(parts[part].median)}`).join(', '),
        ),
      ),
      h('td', { class: 'number' }, n > 0 ? duration(total.median) : '–'),
      h('td', { class: 'number quiet' }, n > 0 ? duration(total.p95) : '–'),
    );
  });
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'stage'),
    h('th', { scope: 'col', 'aria-label': 'median of queue, preprocess and compute' }),
    h('th', { scope: 'col', class: 'number' }, 'median'),
    h('th', { scope: 'col', class: 'number' }, 'p95'),
  );
  place.replaceChildren(partsLegend(), h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows)));
}

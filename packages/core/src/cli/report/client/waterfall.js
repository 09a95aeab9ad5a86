// @ts-check
import { h } from './dom.js';
import { duration, probability } from './format.js';
import { PARTS, partsLegend } from './timings.js';

/** @typedef {import('./data.js').Trace} Trace */

/** @param {Trace} entry */
const total = ({ ms }) => ms.queue + ms.preprocess + ms.compute;

/**
 * When each stage began: steps follow each other, the stages of a step run side by side.
 * @param {Trace[]} trace
 * @returns {number[]}
 */
export function startsOf(trace) {
  let from = 0;
  let until = 0;
  return trace.map((entry, at) => {
    if (at > 0 && (entry.step ?? at) !== (trace[at - 1]?.step ?? at - 1)) from = until;
    until = Math.max(until, from + total(entry));
    return from;
  });
}

/**
 * @param {Trace[]} trace
 * @param {number} ms of the whole run
 */
export function waterfall(trace, ms) {
  const starts = startsOf(trace);
  const end = Math.max(ms, ...trace.map((entry, at) => (starts[at] ?? 0) + total(entry)), 0.001);
  const rows = trace.map((entry, at) => {
    const { stage, status = 'answered', score, reason, code } = entry;
    const quiet = status !== 'answered';
    return h(
      'li',
      { class: quiet ? `run ${status}` : 'run' },
      h('span', { class: 'run-stage' }, h('b', {}, stage), h('small', {}, `step ${(entry.step ?? at) + 1}`)),
      h(
        'span',
        { class: 'run-bar', vars: { '--start': (starts[at] ?? 0) / end } },
        ...PARTS.map((part) => h('span', { class: `part part-${part}`, vars: { '--share': entry.ms[part] / end } })),
      ),
      h('span', { class: 'run-score' }, score === null ? status : probability(score)),
      h(
        'span',
        { class: 'run-note' },
        entry.calibrated !== undefined && `calibrated ${probability(entry.calibrated)} · `,
        status === 'skipped' ? '' : PARTS.map((part) => `${part} ${duration(entry.ms[part])}`).join(' · '),
        (code || reason) && h('em', {}, [code, reason].filter(Boolean).join(': ')),
      ),
    );
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => h('span', { vars: { '--at': at } }, duration(end * at)));
  return h(
    'div',
    { class: 'waterfall' },
    partsLegend(),
    h('ol', {}, ...rows),
    h('div', { class: 'run-axis', 'aria-hidden': 'true' }, h('div', { class: 'ticks' }, ...ticks)),
  );
}

// @ts-check
import { byId, h } from './dom.js';
import { count, counted, duration, percent, rate } from './format.js';
import { totalsOf } from './stats.js';

/** @typedef {import('./data.js').Item} Item */
/** @typedef {import('./data.js').Meta} Meta */

/**
 * @param {Item[]} items
 * @param {Meta} meta
 * @param {{ name: string, count: number }[]} labels
 * @param {import('./stats.js').ExitShare[]} exits
 */
function lead(items, meta, labels, exits) {
  if (items.length === 0) return ['No picture was run.'];
  const most = exits.reduce(
    (a, b) => (b.left > a.left ? b : a),
    /** @type {typeof exits[number]} */ (exits[0] ?? { left: 0 }),
  );
  if (most.left === 0) return [`None of ${counted(items.length, 'picture')} could be answered.`];
  const positive = meta.task && labels[0];
  return [
    h('strong', {}, `${percent(most.left / items.length)} answered by ${most.name}`),
    `, median ${duration(most.median)}`,
    positive
      ? `. ${percent(positive.count / items.length)} of ${counted(items.length, 'picture')} were called ${positive.name}.`
      : '.',
  ];
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [extra] class
 * @param {string} [note]
 */
const total = (name, value, extra, note) =>
  h(
    'div',
    { class: `total ${extra ?? ''}` },
    h('dt', {}, name),
    h('dd', {}, value, note && ' ', note && h('small', {}, note)),
  );

/**
 * @param {Item[]} items
 * @param {Meta} meta
 * @param {{ name: string, count: number }[]} labels
 * @param {import('./stats.js').ExitShare[]} exits
 */
export function drawSummary(items, meta, labels, exits) {
  const created = new Date(meta.created);
  const time = byId('created');
  time.setAttribute('datetime', meta.created);
  time.textContent = created.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' });
  byId('lead').replaceChildren(...lead(items, meta, labels, exits));

  if (meta.interrupted) {
    const note = byId('interrupted');
    note.hidden = false;
    note.textContent = `Stopped early${meta.expected ? `, after ${count(items.length)} of ${count(meta.expected)}` : ''}.`;
  }

  const { n, errors, median, p95, perSecond } = totalsOf(items, meta);
  const some = n > errors;
  byId('totals').replaceChildren(
    total('pictures', count(n)),
    ...labels
      .slice(0, 4)
      .map(({ name, count: of }, at) => total(name, n ? percent(of / n) : '–', `label-${at % 6}`, count(of))),
    total('errors', count(errors), errors ? 'failed' : ''),
    total('median', some ? duration(median) : '–'),
    total('p95', some ? duration(p95) : '–'),
    ...(perSecond === undefined ? [] : [total('pictures / s', rate(perSecond))]),
  );
}

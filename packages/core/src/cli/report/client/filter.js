// @ts-check
/** @typedef {import('./data.js').Item} Item */
/** @typedef {'run' | 'name' | 'score' | 'doubt' | 'ms'} Sort */
/** @typedef {{ text: string, labels: Set<string>, exits: Set<number | 'error'>, low: number, high: number, sort: Sort, reverse: boolean }} State */

/** @type {{ id: Sort, name: string, hint: string }[]} */
export const SORTS = [
  { id: 'run', name: 'As run', hint: 'in the order of the run' },
  { id: 'name', name: 'Name', hint: 'A to Z' },
  { id: 'score', name: 'Score', hint: 'highest first' },
  { id: 'doubt', name: 'Doubt', hint: 'least sure first' },
  { id: 'ms', name: 'Time', hint: 'slowest first' },
];

/** @returns {State} */
export const everything = () => ({
  text: '',
  labels: new Set(),
  exits: new Set(),
  low: 0,
  high: 1,
  sort: 'run',
  reverse: false,
});

/** @param {State} state whether anything is left out */
export const isFiltered = ({ text, labels, exits, low, high }) =>
  text.trim() !== '' || labels.size > 0 || exits.size > 0 || low > 0 || high < 1;

const byName = new Intl.Collator('en', { numeric: true }).compare;

/**
 * Nothing chosen means all of them. A row without an answer has no label and no score: it goes when either is asked for.
 * @param {Item[]} items
 * @param {State} state
 * @param {number | undefined} threshold
 * @returns {Item[]}
 */
export function select(items, { text, labels, exits, low, high, sort, reverse }, threshold) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const anyScore = low <= 0 && high >= 1;
  const kept = items.filter(
    (item) =>
      (exits.size === 0 || exits.has(item.ok ? item.step : 'error')) &&
      (labels.size === 0 || (item.ok && labels.has(item.label))) &&
      (anyScore || (item.ok && item.score >= low && item.score <= high)) &&
      words.every((word) => item.search.includes(word)),
  );
  const direction = reverse ? -1 : 1;
  /** @type {(key: (item: Extract<Item, { ok: true }>) => number) => (a: Item, b: Item) => number} */
  const by = (key) => (a, b) => {
    if (!a.ok || !b.ok) return Number(b.ok) - Number(a.ok) || a.index - b.index; // errors stay last, whatever the direction
    return direction * (key(a) - key(b)) || a.index - b.index;
  };
  if (sort === 'name') return kept.sort((a, b) => direction * byName(a.input, b.input) || a.index - b.index);
  if (sort === 'score') return kept.sort(by((item) => -item.score));
  if (sort === 'doubt') return kept.sort(by((item) => Math.abs(item.score - (threshold ?? 0))));
  if (sort === 'ms') return kept.sort(by((item) => -item.ms));
  return reverse ? kept.reverse() : kept;
}

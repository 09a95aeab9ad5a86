// @ts-check
import { h, svg } from './dom.js';
import { count } from './format.js';
import { histogramOf } from './stats.js';

const BINS = 40;
const HEIGHT = 132;
const LINES = 16;

/**
 * Scores per label, the bounds at which they leave, and two handles that choose a range of them.
 * @param {HTMLElement} place
 * @param {import('./data.js').Item[]} items
 * @param {string[]} labels
 * @param {import('./stats.js').ExitShare[]} exits
 * @param {number | undefined} threshold
 * @param {(low: number, high: number) => void} choose
 * @returns {(low: number, high: number) => void} moves the handles
 */
export function drawHistogram(place, items, labels, exits, threshold, choose) {
  const decided = threshold === undefined ? [] : [threshold];
  const bins = histogramOf(items, labels, BINS);
  const most = Math.max(1, ...bins.map((bin) => bin.reduce((a, b) => a + b, 0)));
  // a root keeps the few in the middle visible beside the many at the ends
  const scale = (/** @type {number} */ n) => Math.sqrt(n / most) * (HEIGHT - 4);
  const width = 100 / BINS;
  const bars = bins.flatMap((bin, at) => {
    const all = bin.reduce((a, b) => a + b, 0);
    let y = HEIGHT;
    return bin.flatMap((n, label) => {
      if (n === 0) return [];
      const height = (scale(all) * n) / all;
      y -= height;
      const title = `${count(n)} ${labels[label]}, score ${(at / BINS).toFixed(3)} to ${((at + 1) / BINS).toFixed(3)}`;
      return [
        svg(
          'rect',
          {
            x: `${at * width + 0.25}%`,
            width: `${width - 0.5}%`,
            y,
            height,
            class: `bar label-${label % 6}`,
            'data-bin': at,
          },
          svg('title', {}, title),
        ),
      ];
    });
  });
  const bounds = exits.flatMap(({ window, name }, at) => (window ?? []).map((bound) => ({ bound, name, at })));
  const lines = [
    ...bounds.map(({ bound, at }) =>
      svg('line', {
        x1: `${bound * 100}%`,
        x2: `${bound * 100}%`,
        y1: -LINES + (at % 3) * 4,
        y2: HEIGHT,
        class: 'bound',
      }),
    ),
    ...decided.map((at) =>
      svg('line', { x1: `${at * 100}%`, x2: `${at * 100}%`, y1: -LINES, y2: HEIGHT, class: 'threshold' }),
    ),
  ];
  const drawing = svg('svg', { class: 'bars', height: HEIGHT, 'aria-hidden': 'true' }, ...bars, ...lines);
  const said = bounds.map(({ bound, name }) => `${name} ${bound}`);
  const hint = document.getElementById('histogram-hint');
  if (hint) {
    hint.textContent = `Scores of all pictures. Low bars are drawn higher, so that a few pictures stay visible beside many.${decided.map((at) => ` Solid line: threshold ${at}.`).join('')}${said.length ? ' Dashed: exit bounds.' : ''}`;
  }

  /** @param {string} name @param {number} value @param {() => void} moved */
  const handle = (name, value, moved) =>
    h('input', {
      type: 'range',
      min: 0,
      max: 1,
      step: 0.01,
      value,
      'aria-label': name,
      class: 'handle',
      oninput: moved,
    });
  const low = handle('Lowest score', 0, () => {
    if (low.valueAsNumber > high.valueAsNumber) low.value = high.value;
    choose(low.valueAsNumber, high.valueAsNumber);
  });
  const high = handle('Highest score', 1, () => {
    if (high.valueAsNumber < low.valueAsNumber) high.value = low.value;
    choose(low.valueAsNumber, high.valueAsNumber);
  });
  const text = h('output', { class: 'range-text' });
  const marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
  // marks that would cover each other are left out; the lines stay
  let free = -1;
  for (const value of [...new Set([0, ...bounds.map(({ bound }) => bound), ...decided, 1])].sort((a, b) => a - b)) {
    if (value - free < 0.06 || (value < 1 && value > 0.94)) continue;
    free = value;
    marks.append(h('span', { vars: { '--at': value } }, String(value)));
  }
  place.replaceChildren(
    drawing,
    h('div', { class: 'range' }, h('span', { class: 'range-track' }), low, high),
    marks,
    h('p', { class: 'visually-hidden' }, said.length ? `Exit bounds: ${said.join(', ')}.` : 'No exit bounds.'),
    text,
  );

  return (from, to) => {
    low.value = String(from);
    high.value = String(to);
    place.style.setProperty('--from', String(from));
    place.style.setProperty('--to', String(to));
    text.textContent =
      from > 0 || to < 1
        ? `Only scores from ${from.toFixed(2)} to ${to.toFixed(2)}`
        : 'Drag the handles to choose a range of scores';
    // both handles at one end: the one that can still move lies on top
    low.classList.toggle('above', from > 0.5);
    for (const bar of drawing.querySelectorAll('[data-bin]')) {
      const at = Number(bar.getAttribute('data-bin'));
      bar.classList.toggle('out', (at + 1) / BINS <= from || at / BINS > to || (at / BINS >= to && to < 1));
    }
  };
}

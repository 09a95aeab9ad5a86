// @ts-check
import { byId, h } from './dom.js';
import { duration, probability } from './format.js';
import { labelChip, scoreBar } from './score-bar.js';

/** @typedef {import('./data.js').Item} Item */

const GAP = 18;
/** Pixels below a thumbnail. */
const TEXT = 104;
/** Rows of cards kept above and below what is in sight. */
const SPARE = 2;
const PRINTED = 120;

/**
 * @param {(index: number) => import('./data.js').Thumbnail} thumbnail
 * @param {Item} item
 */
export function pictureOf(thumbnail, item) {
  const source = thumbnail(item.index);
  return typeof source === 'string'
    ? h('img', { src: source, alt: '', decoding: 'async', draggable: 'false' })
    : h('span', { class: 'no-picture', title: source.why }, item.ok ? 'no picture' : 'not readable');
}

/**
 * Only the cards in sight exist, so that thousands of rows scroll as quickly as ten.
 * @param {(index: number) => import('./data.js').Thumbnail} thumbnail
 * @param {string[]} labels
 * @param {number | undefined} threshold
 * @param {(at: number) => void} open
 */
export function createGrid(thumbnail, labels, threshold, open) {
  const list = byId('grid');
  /** @type {Item[]} */
  let items = [];
  let active = 0;
  let columns = 1;
  let cardWidth = 200;
  let rowHeight = 300;
  let printing = false;
  /** @type {Map<number, HTMLLIElement>} */
  const shown = new Map();

  /** @param {Item} item */
  const text = (item) =>
    item.ok
      ? [
          h(
            'span',
            { class: 'verdict' },
            labelChip(item.label, labels.indexOf(item.label)),
            h('span', { class: 'score' }, probability(item.score)),
          ),
          scoreBar(item.score, labels.indexOf(item.label), threshold),
          h('span', { class: 'left' }, h('b', {}, item.after), ` · ${duration(item.ms)}`),
          h('span', { class: 'reason', title: item.reason }, item.reason),
        ]
      : [
          h(
            'span',
            { class: 'verdict' },
            h('span', { class: 'chip failed' }, 'error'),
            h('code', { class: 'score' }, item.code),
          ),
          h('span', { class: 'reason lines', title: item.message }, item.message),
        ];

  /** @param {number} at */
  const card = (at) => {
    const item = /** @type {Item} */ (items[at]);
    const button = h(
      'button',
      {
        type: 'button',
        class: item.ok ? 'card' : 'card unanswered',
        tabindex: at === active ? 0 : -1,
        onclick: () => open(at),
        onfocus: () => activate(at),
      },
      h('span', { class: 'picture' }, pictureOf(thumbnail, item)),
      h('span', { class: 'name', title: item.input }, h('bdi', {}, item.name)),
      ...text(item),
    );
    return h('li', { 'aria-setsize': items.length, 'aria-posinset': at + 1, 'data-at': at }, button);
  };

  /** @param {number} at */
  const put = (at) => {
    const element = shown.get(at) ?? card(at);
    if (!shown.has(at)) {
      shown.set(at, element);
      // the order in the document is the order of reading
      const after = [...list.children].find((other) => Number(/** @type {HTMLElement} */ (other).dataset.at) > at);
      list.insertBefore(element, after ?? null);
    }
    element.style.setProperty('--x', `${(at % columns) * (cardWidth + GAP)}px`);
    element.style.setProperty('--y', `${Math.floor(at / columns) * rowHeight}px`);
  };

  const draw = () => {
    if (printing) return;
    const top = -list.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / rowHeight) - SPARE) * columns;
    const last = Math.min(items.length, (Math.ceil((top + innerHeight) / rowHeight) + SPARE) * columns);
    for (const [at, element] of shown) {
      if ((at < first || at >= last) && at !== active) {
        element.remove();
        shown.delete(at);
      }
    }
    for (let at = first; at < last; at++) put(at);
    if (active < items.length) put(active);
  };

  const layOut = () => {
    const width = list.clientWidth;
    const wanted = width < 520 ? 160 : 220;
    columns = Math.max(1, Math.floor((width + GAP) / (wanted + GAP)));
    cardWidth = (width - GAP * (columns - 1)) / columns;
    rowHeight = Math.round(cardWidth * 0.625) + TEXT + GAP;
    list.style.setProperty('--card-width', `${cardWidth}px`);
    list.style.setProperty('--card-height', `${rowHeight - GAP}px`);
    list.style.height = `${Math.max(0, Math.ceil(items.length / columns) * rowHeight - GAP)}px`;
    draw();
  };

  const clear = () => {
    shown.clear();
    list.replaceChildren();
  };

  /** @param {number} at */
  const activate = (at) => {
    shown.get(active)?.querySelector('button')?.setAttribute('tabindex', '-1');
    active = at;
    shown.get(active)?.querySelector('button')?.setAttribute('tabindex', '0');
  };

  /** @param {number} at moves there, and brings it into sight */
  const focus = (at) => {
    if (items.length === 0) return;
    activate(Math.min(items.length - 1, Math.max(0, at)));
    put(active);
    const button = shown.get(active)?.querySelector('button');
    button?.setAttribute('tabindex', '0');
    button?.focus({ preventScroll: true });
    shown.get(active)?.scrollIntoView({ block: 'nearest' });
  };

  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
  addEventListener('scroll', soon, { passive: true });
  new ResizeObserver(layOut).observe(list);
  addEventListener('resize', layOut);
  addEventListener('beforeprint', () => {
    clear();
    for (let at = 0; at < Math.min(items.length, PRINTED); at++) put(at);
    list.style.height = 'auto';
    byId('print-note').textContent = items.length > PRINTED ? `The first ${PRINTED} of ${items.length} pictures.` : '';
    printing = true;
  });
  addEventListener('afterprint', () => {
    printing = false;
    layOut();
  });

  return {
    /** @param {Item[]} next */
    show(next) {
      items = next;
      active = 0;
      clear();
      layOut();
    },
    focus,
    /** @param {number} dx @param {number} dy */
    move: (dx, dy) => focus(active + dx + dy * columns),
    get length() {
      return items.length;
    },
  };
}

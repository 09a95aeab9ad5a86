// @ts-check
import { byId, h } from './dom.js';
import { duration, probability } from './format.js';
import { pictureOf } from './grid.js';
import { labelChip, scoreBar } from './score-bar.js';
import { waterfall } from './waterfall.js';

/** @typedef {import('./data.js').Item} Item */

/**
 * The panel of one picture.
 * @param {(index: number) => import('./data.js').Thumbnail} thumbnail
 * @param {string[]} labels
 * @param {import('./stats.js').ExitShare[]} exits
 * @param {number | undefined} threshold
 * @param {(at: number) => void} closed
 */
export function createDetail(thumbnail, labels, exits, threshold, closed) {
  const dialog = byId('detail');
  if (!(dialog instanceof HTMLDialogElement)) throw new Error('#detail is not a dialog.');
  /** @type {Item[]} */
  let items = [];
  let at = 0;

  /** @param {Extract<Item, { ok: true }>} item */
  const answer = (item) => [
    h(
      'section',
      { class: 'answer' },
      h(
        'p',
        { class: 'answer-line' },
        labelChip(item.label, labels.indexOf(item.label)),
        h('strong', {}, probability(item.score)),
        h('span', { class: 'quiet' }, duration(item.ms)),
      ),
      scoreBar(item.score, labels.indexOf(item.label), threshold, exits.find(({ step }) => step === item.step)?.window),
      h('p', { class: 'why' }, 'Stopped after ', h('b', {}, item.after), ': ', item.reason, '.'),
    ),
    h('section', {}, h('h3', {}, 'Trace'), waterfall(item.trace, item.ms)),
  ];

  /** @param {Extract<Item, { ok: false }>} item */
  const failure = (item) => [
    h(
      'section',
      { class: 'answer' },
      h('p', { class: 'answer-line' }, h('span', { class: 'chip failed' }, 'error'), h('code', {}, item.code)),
      h('p', { class: 'why' }, item.message),
    ),
  ];

  const draw = () => {
    const item = /** @type {Item} */ (items[at]);
    const step = (/** @type {number} */ by, /** @type {string} */ name, /** @type {string} */ sign) =>
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          'aria-label': name,
          title: name,
          disabled: at + by < 0 || at + by >= items.length,
          onclick: () => move(by),
        },
        sign,
      );
    const source = thumbnail(item.index);
    dialog.replaceChildren(
      h(
        'div',
        { class: 'detail-bar' },
        step(-1, 'Previous picture', '←'),
        step(1, 'Next picture', '→'),
        h('span', { class: 'quiet', role: 'status' }, `${at + 1} of ${items.length}`),
        h(
          'button',
          { type: 'button', class: 'tool', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => dialog.close() },
          '×',
        ),
      ),
      h(
        'div',
        { class: 'detail-body', tabindex: '-1' },
        h('div', { class: 'detail-picture' }, pictureOf(thumbnail, item)),
        typeof source !== 'string' && item.ok && h('p', { class: 'quiet' }, source.why),
        h('h2', { id: 'detail-title' }, h('bdi', {}, item.name)),
        h(
          'p',
          { class: 'detail-path' },
          h('bdi', {}, item.folder),
          item.link && h('a', { href: item.link, target: '_blank', rel: 'noopener' }, 'Open the original'),
        ),
        ...(item.ok ? answer(item) : failure(item)),
        h(
          'details',
          { class: 'raw' },
          h('summary', {}, 'The row as JSON'),
          h('pre', {}, JSON.stringify(item.row, null, 2)),
        ),
      ),
    );
  };

  /** @param {number} by */
  const move = (by) => {
    if (at + by < 0 || at + by >= items.length) return;
    at += by;
    draw();
    /** @type {HTMLElement | null} */ (dialog.querySelector('.detail-body'))?.focus();
  };

  dialog.addEventListener('close', () => closed(at));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowLeft') move(-1);
    else if (event.key === 'ArrowRight') move(1);
    else return;
    event.preventDefault();
  });

  return {
    /** @param {Item[]} list @param {number} which */
    open(list, which) {
      items = list;
      at = which;
      draw();
      dialog.showModal();
      /** @type {HTMLElement | null} */ (dialog.querySelector('.detail-body'))?.focus();
    },
  };
}

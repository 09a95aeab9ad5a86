// @ts-check
import { byId, h } from './dom.js';
import { isFiltered, SORTS } from './filter.js';
import { count } from './format.js';

/** @typedef {import('./filter.js').State} State */

/**
 * @param {State} state changed in place
 * @param {{ name: string, count: number }[]} labels
 * @param {import('./stats.js').ExitShare[]} exits
 * @param {number} errors
 * @param {{ changed: () => void, clear: () => void }} on
 */
export function createControls(state, labels, exits, errors, on) {
  /** @type {(() => void)[]} */
  const marks = [];
  /**
   * @template T
   * @param {Set<T>} set
   * @param {T} value
   * @param {string} look
   * @param {string} name
   * @param {number} n
   */
  const toggle = (set, value, look, name, n) => {
    const button = h(
      'button',
      { type: 'button', class: `toggle ${look}`, 'aria-pressed': 'false' },
      name,
      h('span', { class: 'n' }, count(n)),
    );
    button.addEventListener('click', () => {
      if (!set.delete(value)) set.add(value);
      on.changed();
    });
    marks.push(() => button.setAttribute('aria-pressed', String(set.has(value))));
    return button;
  };

  const search = h('input', {
    type: 'search',
    placeholder: 'Search names, labels, reasons',
    'aria-label': 'Search names, labels, reasons',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => {
      state.text = search.value;
      on.changed();
    },
  });
  const sort = h(
    'select',
    {
      'aria-label': 'Sort by',
      onchange: () => {
        state.sort = /** @type {State['sort']} */ (sort.value);
        state.reverse = false;
        on.changed();
      },
    },
    ...SORTS.map(({ id, name, hint }) => h('option', { value: id, title: hint }, name)),
  );
  const reverse = h(
    'button',
    {
      type: 'button',
      class: 'tool',
      'aria-pressed': 'false',
      'aria-label': 'Reverse the order',
      title: 'Reverse the order',
      onclick: () => {
        state.reverse = !state.reverse;
        on.changed();
      },
    },
    '⇅',
  );
  const clear = h('button', { type: 'button', class: 'clear', onclick: () => on.clear() }, 'Clear filters');
  const shown = h('output', { class: 'shown', 'aria-live': 'polite' });

  byId('controls').replaceChildren(
    h(
      'div',
      { class: 'control-line' },
      h('label', { class: 'search' }, search, h('kbd', { 'aria-hidden': 'true' }, '/')),
      shown,
      clear,
      h('label', { class: 'sort' }, h('span', {}, 'Sort'), sort),
      reverse,
    ),
    h(
      'div',
      { class: 'control-line toggles' },
      h(
        'div',
        { role: 'group', 'aria-label': 'Label', class: 'group' },
        ...labels.map(({ name, count: n }, at) => toggle(state.labels, name, `label-${at % 6}`, name, n)),
      ),
      h(
        'div',
        { role: 'group', 'aria-label': 'Exit', class: 'group' },
        ...exits.map(({ step, name, left }) =>
          toggle(state.exits, /** @type {number | 'error'} */ (step), 'stage', `after ${name}`, left),
        ),
        errors > 0 && toggle(state.exits, /** @type {number | 'error'} */ ('error'), 'failed', 'error', errors),
      ),
    ),
  );

  return {
    search,
    /** @param {number} n @param {number} all */
    update(n, all) {
      if (search.value !== state.text) search.value = state.text;
      sort.value = state.sort;
      reverse.setAttribute('aria-pressed', String(state.reverse));
      clear.hidden = !isFiltered(state);
      shown.textContent = n === all ? `${count(all)} pictures` : `${count(n)} of ${count(all)}`;
      for (const mark of marks) mark();
    },
  };
}

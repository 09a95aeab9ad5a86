// @ts-check
import { byId } from './dom.js';

/**
 * @param {ReturnType<typeof import('./grid.js').createGrid>} grid
 * @param {{ search: HTMLInputElement, clearSearch: () => void, clear: () => void, nextSort: () => void, nextTheme: () => void }} on
 */
export function setUpKeyboard(grid, on) {
  const help = byId('help');
  if (!(help instanceof HTMLDialogElement)) throw new Error('#help is not a dialog.');
  byId('help-open').addEventListener('click', () => help.showModal());
  help.addEventListener('click', (event) => {
    if (event.target === help) help.close();
  });

  /** @type {Record<string, () => void>} */
  const inGrid = {
    ArrowLeft: () => grid.move(-1, 0),
    ArrowRight: () => grid.move(1, 0),
    ArrowUp: () => grid.move(0, -1),
    ArrowDown: () => grid.move(0, 1),
    Home: () => grid.focus(0),
    End: () => grid.focus(grid.length - 1),
  };
  /** @type {Record<string, () => void>} */
  const anywhere = {
    '/': () => on.search.focus(),
    '?': () => help.showModal(),
    s: on.nextSort,
    x: on.clear,
    t: on.nextTheme,
    // from the page itself an arrow enters the grid; Up and Down go on scrolling
    ArrowRight: () => grid.move(0, 0),
  };

  addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === on.search) {
      if (event.key === 'Escape') on.clearSearch();
      else if (event.key === 'ArrowDown' || event.key === 'Enter') grid.focus(0);
      else return;
      event.preventDefault();
      return;
    }
    if (target.matches('input, select, textarea')) return;
    const act = target.closest('#grid') ? (inGrid[event.key] ?? anywhere[event.key]) : anywhere[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

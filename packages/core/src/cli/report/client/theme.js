// @ts-check
import { byId, h } from './dom.js';

const THEMES = /** @type {const} */ (['system', 'light', 'dark']);
const KEY = 'streetvision-report-theme';
const SIGNS = { system: '◐', light: '☀', dark: '☾' };

/** Files opened from disk may have no storage: then the choice lasts as long as the page. */
function stored() {
  try {
    return localStorage.getItem(KEY) ?? 'system';
  } catch {
    return 'system';
  }
}

/** @param {string} theme */
function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // no storage: see stored()
  }
}

/** @returns {{ next: () => void }} */
export function setUpTheme() {
  let at = Math.max(0, THEMES.indexOf(/** @type {'system'} */ (stored())));
  const button = byId('theme');
  const show = () => {
    const theme = THEMES[at] ?? 'system';
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(h('span', { 'aria-hidden': 'true' }, SIGNS[theme]));
    button.setAttribute('aria-label', `Colours: ${theme}`);
    button.setAttribute('title', `Colours: ${theme} (t)`);
  };
  const next = () => {
    at = (at + 1) % THEMES.length;
    store(THEMES[at] ?? 'system');
    show();
  };
  button.addEventListener('click', next);
  show();
  return { next };
}

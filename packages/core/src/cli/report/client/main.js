// @ts-check
import { createControls } from './controls.js';
import { readReport } from './data.js';
import { createDetail } from './detail.js';
import { byId } from './dom.js';
import { everything, SORTS, select } from './filter.js';
import { drawFlow } from './flow.js';
import { createGrid } from './grid.js';
import { drawHistogram } from './histogram.js';
import { setUpKeyboard } from './keyboard.js';
import { exitsOf, labelsOf, timingsOf, totalsOf } from './stats.js';
import { drawSummary } from './summary.js';
import { setUpTheme } from './theme.js';
import { drawTimings } from './timings.js';

const theme = setUpTheme();
const { items, meta, thumbnail } = readReport();
const labels = labelsOf(items, meta);
const names = labels.map(({ name }) => name);
const exits = exitsOf(items, meta, names);
const { errors } = totalsOf(items, meta);
// without a task a score says how sure the best class is, and nothing is decided at a threshold
const threshold = meta.task && (meta.task.threshold ?? 0.5);
const state = everything();
let chosen = items;

drawSummary(items, meta, labels, exits);
byId('flow-section').hidden = items.length === 0;
byId('charts').hidden = items.length === errors;

/** @type {(exit: number | 'error') => void} */
const chooseExit = (exit) => {
  const only = state.exits.size === 1 && state.exits.has(exit);
  state.exits.clear();
  if (!only) state.exits.add(exit);
  update();
};
const markExits = drawFlow(byId('flow'), exits, errors, names, chooseExit);
const markRange = drawHistogram(byId('histogram'), items, names, exits, threshold, (low, high) => {
  state.low = low;
  state.high = high;
  update();
});
drawTimings(byId('timings'), timingsOf(items));

const detail = createDetail(thumbnail, names, exits, threshold, (at) => grid.focus(at));
const grid = createGrid(thumbnail, names, threshold, (at) => detail.open(chosen, at));

const clear = () => {
  const { labels: byLabel, exits: byExit } = state;
  byLabel.clear();
  byExit.clear();
  Object.assign(state, { text: '', low: 0, high: 1 });
  update();
};
const controls = createControls(state, labels, exits, errors, { changed: update, clear });

/** Everything that shows the state follows it. */
function update() {
  chosen = select(items, state, threshold);
  controls.update(chosen.length, items.length);
  markExits(state.exits);
  markRange(state.low, state.high);
  grid.show(chosen);
  const empty = byId('empty');
  empty.hidden = chosen.length > 0;
  empty.textContent =
    items.length === 0
      ? 'There is nothing to show: the run had no pictures.'
      : 'No picture is like that. Press x to clear the filters.';
}

setUpKeyboard(grid, {
  search: controls.search,
  clearSearch: () => {
    state.text = '';
    update();
    controls.search.blur();
  },
  clear,
  nextSort: () => {
    const at = SORTS.findIndex(({ id }) => id === state.sort);
    state.sort = SORTS[(at + 1) % SORTS.length]?.id ?? 'run';
    state.reverse = false;
    update();
  },
  nextTheme: theme.next,
});
update();

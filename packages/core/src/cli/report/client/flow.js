// @ts-check
import { h, svg } from './dom.js';
import { count, counted, duration, percent } from './format.js';

/** @typedef {import('./stats.js').ExitShare} ExitShare */

/** Pixels: the road at its widest, its upper edge, the inner radius of a ramp, how far a ramp goes down. */
const ROAD = 76;
const TOP = 10;
const RADIUS = 18;
const DEPTH = 34;
const HEIGHT = TOP + ROAD + RADIUS + DEPTH;

/**
 * One lane of a ramp: it bends from the road's lower edge downwards around (x, y).
 * @param {number} x
 * @param {number} y
 * @param {number} inner radius
 * @param {number} outer radius
 */
function lane(x, y, inner, outer) {
  return `M${x} ${y - outer}A${outer} ${outer} 0 0 1 ${x + outer} ${y}V${HEIGHT}H${x + inner}V${y}A${inner} ${inner} 0 0 0 ${x} ${y - inner}Z`;
}

/** @param {number} n @param {number} all what is there stays visible */
const thickness = (n, all) => (n === 0 ? 0 : Math.max(1.5, (n / all) * ROAD));

/**
 * The cascade as a road: every step is an exit, as wide as what leaves there. Errors stand apart from it.
 * @param {HTMLElement} place
 * @param {ExitShare[]} exits
 * @param {number} errors
 * @param {string[]} labels
 * @param {(exit: number | 'error') => void} choose
 * @returns {(chosen: Set<number | 'error'>) => void} marks the chosen exits
 */
export function drawFlow(place, exits, errors, labels, choose) {
  const answered = exits[0]?.arrived ?? 0;
  const all = answered + errors || 1;
  const columns = exits.length + (errors > 0 ? 1 : 0);
  const drawing = svg('svg', { class: 'road', 'aria-hidden': 'true', height: HEIGHT, preserveAspectRatio: 'none' });
  const signs = h('ol', { class: 'exits', vars: { '--columns': columns } });
  const heads = h('div', { class: 'heads', 'aria-hidden': 'true', vars: { '--columns': columns } });
  place.replaceChildren(h('div', { class: 'flow-inner', vars: { '--columns': columns } }, heads, drawing, signs));

  /** @type {Map<number | 'error', HTMLButtonElement>} */
  const buttons = new Map();
  for (const exit of exits) {
    const { step, name, rules, arrived, left, byLabel, median } = exit;
    heads.append(
      h(
        'span',
        { class: 'head' },
        h('b', {}, name),
        h('span', {}, arrived ? counted(arrived, 'picture') : 'not reached'),
      ),
    );
    const parts = labels.map((label, at) => ({ label, at, n: byLabel[at] ?? 0 })).filter(({ n }) => n > 0);
    const button = h(
      'button',
      {
        type: 'button',
        class: `exit${left === 0 ? ' none' : ''}`,
        'aria-pressed': 'false',
        onclick: () => choose(step),
      },
      h('span', { class: 'exit-share' }, percent(left / all)),
      h(
        'span',
        { class: 'exit-what' },
        left ? `answered by ${name}, median ${duration(median)}` : `answered by ${name}`,
      ),
      h(
        'span',
        { class: 'exit-labels' },
        ...parts.map(({ label, at, n }) => h('span', { class: `dot label-${at % 6}` }, `${count(n)} ${label}`)),
      ),
      rules.length > 0 && h('code', { class: 'exit-rules' }, rules.join(', ')),
    );
    buttons.set(step, button);
    signs.append(h('li', {}, button));
  }
  if (errors > 0) {
    heads.append(h('span', { class: 'head' }, h('b', {}, 'no answer'), h('span', {}, counted(errors, 'picture'))));
    const button = h(
      'button',
      { type: 'button', class: 'exit failed', 'aria-pressed': 'false', onclick: () => choose('error') },
      h('span', { class: 'exit-share' }, percent(errors / all)),
      h('span', { class: 'exit-what' }, 'ended in an error'),
    );
    buttons.set('error', button);
    signs.append(h('li', {}, button));
  }

  const draw = () => {
    const width = drawing.clientWidth || 800;
    // the road before the first exit: as wide as the margin of the texts
    const before = Number.parseFloat(getComputedStyle(signs).paddingLeft);
    const column = (width - before) / columns;
    /** @type {SVGElement[]} */
    const ramps = [];
    let bottom = TOP + exits.reduce((sum, { left }) => sum + thickness(left, all), 0);
    /** @type {[x: number, y: number][]} */
    const steps = [];
    exits.forEach((exit, at) => {
      const x = before + column * at;
      let outer = RADIUS;
      for (const [label, n] of exit.byLabel.entries()) {
        const inner = outer;
        outer += exit.left > 0 ? (thickness(exit.left, all) * n) / exit.left : 0;
        if (n > 0)
          ramps.push(
            svg('path', {
              d: lane(x, bottom + RADIUS, inner, outer),
              class: `ramp label-${label % 6}`,
              'data-exit': exit.step,
            }),
          );
      }
      steps.push([x, bottom]);
      bottom -= outer - RADIUS;
    });
    const [last, y] = steps.at(-1) ?? [0, TOP];
    const edge = `M0 ${TOP}H${last}V${y}`;
    let back = '';
    for (const [x, lower] of steps.toReversed()) {
      back += `H${x}V${lower}`;
    }
    drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    drawing.replaceChildren(
      answered > 0 ? svg('path', { d: `${edge}${back}H0Z`, class: 'asphalt' }) : svg('g'),
      ...ramps,
      ...steps.map(([x, lower], at) => {
        const from = at === 0 ? 0 : (steps[at - 1]?.[0] ?? 0) + RADIUS;
        return lower - TOP > 14
          ? svg('path', { d: `M${from + 12} ${(TOP + lower) / 2}H${x - 10}`, class: 'centre-line' })
          : svg('g');
      }),
      errors > 0
        ? svg('rect', {
            x: before + column * exits.length + RADIUS,
            y: HEIGHT - DEPTH,
            width: thickness(errors, all),
            height: DEPTH,
            class: 'barrier',
          })
        : svg('g'),
    );
  };
  new ResizeObserver(draw).observe(drawing);
  draw();

  return (chosen) => {
    for (const [exit, button] of buttons) button.setAttribute('aria-pressed', String(chosen.has(exit)));
    place.classList.toggle('some-chosen', chosen.size > 0);
    for (const ramp of drawing.querySelectorAll('[data-exit]')) {
      ramp.classList.toggle('chosen', chosen.has(Number(ramp.getAttribute('data-exit'))));
    }
  };
}

// @ts-check
import { h } from './dom.js';
import { probability } from './format.js';

/**
 * @param {number} score
 * @param {number} labelAt index of its label, which is its colour
 * @param {number | undefined} threshold
 * @param {[number, number]} [window] what leaves the step lies outside of it
 */
export function scoreBar(score, labelAt, threshold, window) {
  return h(
    'span',
    { class: `score-bar label-${labelAt % 6}`, vars: { '--score': score, '--threshold': threshold ?? 0 } },
    window && h('span', { class: 'score-window', vars: { '--low': window[0], '--high': window[1] } }),
    h('span', { class: 'score-fill' }),
    threshold !== undefined && h('span', { class: 'score-threshold' }),
    h('span', { class: 'visually-hidden' }, `score ${probability(score)}`),
  );
}

/**
 * @param {string} label
 * @param {number} labelAt
 */
export function labelChip(label, labelAt) {
  return h('span', { class: `chip label-${labelAt % 6}`, title: label }, h('span', {}, label));
}

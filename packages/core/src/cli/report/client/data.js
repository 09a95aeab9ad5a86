// @ts-check
import { visible } from './format.js';

/**
 * @typedef {{ queue: number, preprocess: number, compute: number }} Ms
 * @typedef {{ stage: string, step?: number, status?: string, score: number | null, calibrated?: number, reason?: string, code?: string, ms: Ms }} Trace
 * @typedef {{ run: string[], exit?: string[], window?: [number, number] }} Step
 * @typedef {{ name: string, classes: string[], positive: string, threshold?: number }} Task
 * @typedef {{ title: string, version: string, created: string, task?: Task, cascade?: Step[], expected?: number,
 *   elapsedMs?: number, interrupted?: boolean }} Meta
 * @typedef {{ input: string, score: number, label: string, exit: { after: string, reason: string, step?: number },
 *   ms: number, trace: Trace[], error?: undefined }} Answered
 * @typedef {{ input: string, error: { code: string, message: string } }} Failed
 * @typedef {{ index: number, input: string, folder: string, name: string, link?: string, search: string, row: Answered | Failed }} Base
 * @typedef {Base & { ok: true, score: number, label: string, step: number, after: string, reason: string, ms: number, trace: Trace[] }} AnsweredItem
 * @typedef {Base & { ok: false, code: string, message: string }} FailedItem
 * @typedef {AnsweredItem | FailedItem} Item
 * @typedef {string | { why: string }} Thumbnail
 */

/**
 * @param {Answered} row
 * @returns {number} the step it stopped after: as the row says, or else the last one that answered
 */
function stepOf(row) {
  if (row.exit.step !== undefined) return row.exit.step;
  const stages = row.exit.after.split('+');
  const seen = row.trace.filter(({ stage }) => stages.includes(stage)).map(({ step }) => step ?? 0);
  return Math.max(0, ...seen);
}

/**
 * @param {Answered | Failed} row
 * @param {number} index
 * @param {string | undefined} link
 * @returns {Item}
 */
export function itemOf(row, index, link) {
  const input = visible(row.input);
  const cut = Math.max(input.lastIndexOf('/'), input.lastIndexOf('\\')) + 1;
  const base = {
    index,
    input,
    folder: input.slice(0, cut),
    name: input.slice(cut) || input,
    row,
    ...(link && { link }),
  };
  if (row.error) {
    const { code, message } = row.error;
    return { ...base, ok: false, code, message, search: `${input} ${code} ${message}`.toLowerCase() };
  }
  const { score, label, exit, ms, trace } = row;
  const search = `${input} ${label} ${exit.after} ${exit.reason}`.toLowerCase();
  const step = stepOf(row);
  return { ...base, ok: true, score, label, step, after: exit.after, reason: exit.reason, ms, trace, search };
}

/**
 * The rows are read at once; thumbnails stay text until one of their block comes into sight.
 * @returns {{ items: Item[], meta: Meta, thumbnail: (index: number) => Thumbnail }}
 */
export function readReport() {
  /** @type {Item[]} */
  const items = [];
  /** @type {{ from: number, text: Element, parsed?: Thumbnail[] }[]} */
  const blocks = [];
  const texts = document.querySelectorAll('script[data-thumbnails]');
  document.querySelectorAll('script[data-rows]').forEach((script, at) => {
    blocks.push({ from: items.length, text: /** @type {Element} */ (texts[at]) });
    /** @type {{ row: Answered | Failed, link?: string }[]} */
    const rows = JSON.parse(script.textContent ?? '[]');
    for (const { row, link } of rows) items.push(itemOf(row, items.length, link));
  });
  const meta = JSON.parse(document.querySelector('script[data-meta]')?.textContent ?? '{}');

  /** @param {number} index */
  const thumbnail = (index) => {
    const block = blocks.findLast(({ from }) => from <= index);
    if (!block) return { why: 'No picture.' };
    block.parsed ??= JSON.parse(block.text.textContent ?? '[]');
    return /** @type {Thumbnail[]} */ (block.parsed)[index - block.from] ?? { why: 'No picture.' };
  };
  return { items, meta, thumbnail };
}

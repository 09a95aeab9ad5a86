import { money } from '../evaluate/summary.js';
import type { Evaluation } from '../evaluate/types.js';
import { html, type Markup } from './html.js';

/** What was measured, on what, how. */
export function howMeasured(evaluation: Evaluation): Markup {
  const { data, made, n, skipped, bootstrap, cascade, cost, failed, threshold } = evaluation;
  const codes = Object.entries(skipped.failed).map(([code, count]) => `${count} × ${code}`);
  const prices = Object.entries(cost.prices).map(([stage, price]) => `${stage} ${money(price)}`);
  const facts: readonly (readonly [string, string])[] = [
    ['data', `${data.name}${data.split ? `, part ${data.split}` : ''}`],
    [
      'pictures',
      `${n} answered; ${skipped.unlabelled} without a label and ${failed.length} that failed are left out${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
    ],
    ['cascade', cascade.map((step) => step.join(' + ')).join(' → ')],
    ...(made
      ? ([
          [
            'answers',
            `every stage was asked about every picture on ${made.date.slice(0, 10)}, ${made.concurrency} at a time; the cascade was replayed over what they said`,
          ],
          ['machine', `${made.cpu}, ${made.cores} cores, Node ${made.node}`],
        ] as const)
      : []),
    [
      'time',
      'preprocessing and computing of the stages that were reached, the slowest of each step; waiting for a place is left out',
    ],
    ['threshold', String(threshold)],
    [
      'intervals',
      `${bootstrap.resamples} resamples, seed ${bootstrap.seed}, ${bootstrap.grouped ? 'whole groups drawn' : 'pictures drawn one by one'}`,
    ],
    ...(prices.length > 0 ? ([['prices', prices.join(', ')]] as const) : []),
  ];
  return html`<h2>How this was measured</h2>
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${
  failed.length > 0 &&
  html`<details><summary>${failed.length} pictures without an answer</summary><div class="scroll"><table>
<tr><th>picture</th><th>code</th><th>why</th></tr>${failed
    .slice(0, 200)
    .map(
      ({ id, code, message }) => html`<tr><td class="name">${id}</td><td>${code}</td><td>${message}</td></tr>`,
    )}</table></div></details>`
}`;
}

const WORDS = [
  ['balanced accuracy', 'mean of the shares found of each class: guessing gives 0.5 however rare a class is'],
  ['MCC', 'Matthews correlation of truth and decision, from −1 to 1; 0 is guessing'],
  ['F1', 'harmonic mean of precision (right among those called positive) and recall (found among the positives)'],
  ['AUROC', 'chance that a positive picture scores above another one; 0.5 is guessing'],
  ['Brier', 'mean squared distance of score and truth; 0 is best, always saying 0.5 gives 0.25'],
  ['ECE', 'mean gap between a score and how often it comes true, in ten bins; biased upward on few pictures'],
  ['risk and coverage', 'error among the most confident share of the answers'],
  [
    'interval',
    'figures that other pictures of this kind could as well have given; where none is shown, a figure is not defined',
  ],
] as const;

/** What the words mean. */
export const words = (): Markup => html`<details><summary>What the figures mean</summary>
<dl class="facts">${WORDS.map(([name, meaning]) => html`<dt>${name}</dt><dd>${meaning}</dd>`)}</dl></details>`;

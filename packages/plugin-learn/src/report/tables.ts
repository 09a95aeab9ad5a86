import type { EvaluationComparison } from '../evaluate/compare.js';
import { figure, money, ms, percent, pText } from '../evaluate/summary.js';
import type { Evaluation, Slice, StageFigures, Variant } from '../evaluate/types.js';
import { html, type Markup } from './html.js';
import { bar } from './plots/bar.js';

/** Where answers come from, how wrong they are there, and what they take. */
export function stageTable({ stages, cost }: Evaluation): Markup {
  const priced = Object.keys(cost.prices).length > 0;
  const row = (one: StageFigures) => html`<tr>
    <td class="name">${one.stage}</td>
    <td class="number">${percent(one.reached)}</td>
    <td>${bar(one.share)}${percent(one.share)} <span class="of">${one.exits}</span></td>
    <td>${one.errorAmongExits === null ? '–' : [bar(one.errorAmongExits, 'wrong'), percent(one.errorAmongExits)]}
      ${one.errorInterval && html`<span class="of">${percent(one.errorInterval.low)} to ${percent(one.errorInterval.high)}</span>`}</td>
    <td class="number">${one.ms === null ? '–' : ms(one.ms)}</td>
    ${priced && html`<td class="number">${one.price === null ? '–' : money(one.price)}</td>`}
    <td class="number">${one.abstained} / ${one.failed}</td>
  </tr>`;
  return html`<div class="scroll"><table>
    <tr><th>step</th><th class="number">reached by</th><th>ends here</th><th>error among those, exact 95 %</th>
      <th class="number">time</th>${priced && html`<th class="number">price</th>`}<th class="number">abstained / failed</th></tr>
    ${stages.map(row)}
  </table></div>`;
}

/** Figures of other cascades. */
export function variantTable(variants: readonly Variant[], priced: boolean): Markup {
  const row = (one: Variant) =>
    one.error === undefined
      ? html`<tr${one.kind === 'configured' && html` class="chosen"`}>
          <td class="name">${one.name}</td>
          <td class="number">${figure(one.accuracy)}</td><td class="number">${figure(one.balancedAccuracy)}</td>
          <td class="number">${figure(one.mcc)}</td><td class="number">${figure(one.auroc)}</td>
          <td class="number">${one.ms === null ? '–' : ms(one.ms)}</td>
          ${priced && html`<td class="number">${one.price === null ? '–' : money(one.price)}</td>`}
          <td>${one.unanswered > 0 ? `${one.unanswered} unanswered` : one.efficient ? 'efficient' : ''}</td></tr>`
      : html`<tr><td class="name">${one.name}</td><td colspan="7">cannot be built: ${one.error}</td></tr>`;
  return html`<div class="scroll"><table>
    <tr><th>cascade</th><th class="number">accuracy</th><th class="number">balanced</th><th class="number">MCC</th>
      <th class="number">AUROC</th><th class="number">time</th>${priced && html`<th class="number">price</th>`}<th></th></tr>
    ${variants.map(row)}
  </table></div>`;
}

/** More rows than this are behind a click. */
const OPEN = 24;

/** More rows than this a reader does not look through, and a page of them does not open. */
const ROWS = 200;

/** Figures by value of something, the largest slice first. */
export function sliceTable(title: string, slices: Readonly<Record<string, Slice>>): Markup {
  const entries = Object.entries(slices);
  const head = html`<tr><th>${title}</th><th class="number">n</th><th class="number">positive</th><th class="number">accuracy</th>
    <th class="number">recall</th><th class="number">specificity</th><th class="number">AUROC</th><th class="number">ECE</th></tr>`;
  const row = ([name, one]: readonly [string, Slice]) => html`<tr><td class="name">${name}</td>
    <td class="number">${one.n}</td><td class="number">${one.positives}</td><td class="number">${figure(one.accuracy)}</td>
    <td class="number">${figure(one.recall)}</td><td class="number">${figure(one.specificity)}</td>
    <td class="number">${figure(one.auroc)}</td><td class="number">${figure(one.ece)}</td></tr>`;
  const shown = html`<div class="scroll"><table>${head}${entries.slice(0, OPEN).map(row)}</table></div>`;
  const rest = entries.slice(OPEN, ROWS);
  if (rest.length === 0) return shown;
  const left = entries.length - ROWS;
  return html`${shown}<details><summary>${rest.length} more</summary><div class="scroll"><table>${head}${rest.map(row)}</table></div></details>
    ${left > 0 && html`<p class="note">The ${ROWS} largest of ${entries.length}; what sv eval --json writes has all of them.</p>`}`;
}

/** Who is taken for whom. */
export function confusionTable({ classes, task }: Evaluation): Markup {
  const names = task.classes;
  const row = (truth: string) => {
    const said = classes.confusion[truth] ?? {};
    const total = Object.values(said).reduce((sum, count) => sum + count, 0);
    const cell = (name: string) => {
      const count = said[name] ?? 0;
      const share = total > 0 ? percent(count / total) : '–';
      return html`<td class="${name === truth ? 'right' : count > 0 ? 'off' : ''}">${count}<small>${share}</small></td>`;
    };
    return html`<tr><th>is ${truth}</th>${names.map(cell)}</tr>`;
  };
  return html`<div class="scroll"><table class="confusion">
    <tr><th></th>${names.map((name) => html`<th>called ${name}</th>`)}</tr>${names.map(row)}
  </table></div>`;
}

/** Two evaluations side by side. */
export function comparisonTable({
  first,
  second,
  common,
  differences,
  mcnemar,
  ms: time,
}: EvaluationComparison): Markup {
  const row = (one: EvaluationComparison['differences'][number]) => html`<tr><td>${one.metric}</td>
    <td class="number">${figure(one.first)}</td><td class="number">${figure(one.second)}</td>
    <td class="number">${one.difference === null ? '–' : `${one.difference > 0 ? '+' : ''}${one.difference.toFixed(3)}`}</td>
    <td class="number">${one.interval && `${one.interval.low.toFixed(3)} to ${one.interval.high.toFixed(3)}`}</td>
    <td class="number">${one.pValue === null ? '' : pText(one.pValue)}</td></tr>`;
  return html`<div class="scroll"><table>
    <tr><th>${common} pictures of both</th><th class="number">${first}</th><th class="number">${second}</th>
      <th class="number">difference</th><th class="number">95 %</th><th class="number">p</th></tr>
    ${differences.map(row)}
    <tr><td>mean time</td><td class="number">${ms(time.first)}</td><td class="number">${ms(time.second)}</td><td></td><td></td><td></td></tr>
  </table></div>
  <p class="note">Right only in the first: ${mcnemar.onlyFirst}; only in the second: ${mcnemar.onlySecond}. McNemar's exact test:
    p = ${pText(mcnemar.pValue)}.</p>`;
}

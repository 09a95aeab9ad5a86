import { createHash } from 'node:crypto';
import { VERSION } from '@streetvision/core';
import type { EvaluationComparison } from '../evaluate/compare.js';
import { figure, money, ms, percent } from '../evaluate/summary.js';
import type { Evaluation } from '../evaluate/types.js';
import type { Interval } from '../metrics/types.js';
import { howMeasured, words } from './explained.js';
import { html, type Markup, raw } from './html.js';
import type { Mistake } from './mistakes.js';
import { intervalPlot, paretoPlot } from './plots/cost.js';
import { histogram, prPlot, reliabilityPlot, riskCoveragePlot, rocPlot } from './plots/scores.js';
import { STYLE } from './style.js';
import { comparisonTable, confusionTable, sliceTable, stageTable, variantTable } from './tables.js';

/** What the page shows besides the evaluation. */
export interface PageExtras {
  readonly mistakes?: readonly Mistake[];
  readonly comparison?: EvaluationComparison;
}

/** One page that needs no network and no script. */
export function evaluationPage(evaluation: Evaluation, { mistakes = [], comparison }: PageExtras = {}): string {
  const { task, data } = evaluation;
  const title = `${task.name}: evaluation on ${data.name.split(/[\\/]/).at(-1) || data.name}`;
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const body = html`
<h1>${title}</h1>
<p class="lead">${lead(evaluation)}</p>
${caveats(evaluation)}
${tiles(evaluation)}
${comparison && html`<h2>Compared</h2><p class="note">Figures of both over the pictures that both answered.</p>${comparisonTable(comparison)}`}
${decisions(evaluation)}
${belief(evaluation)}
${cascade(evaluation)}
${slices(evaluation)}
${wrong(evaluation, mistakes)}
${howMeasured(evaluation)}
${words()}
<footer>StreetVision ${VERSION}. All figures, and every answer, are in what sv eval --json writes.</footer>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>${body}
</body>
</html>
`.markup;
}

function lead({ n, positives, task, accuracy, recall, specificity, cost, stages }: Evaluation): Markup {
  const first = stages[0];
  const others = n - positives;
  const parts = [
    ...(recall === null ? [] : [`finds ${percent(recall)} of ${positives} ${task.positive}`]),
    ...(specificity === null ? [] : [`raises a false alarm on ${percent(1 - specificity)} of ${others} others`]),
  ];
  return html`On ${n} pictures the cascade is right ${accuracy === null ? '–' : percent(accuracy)} of the time: it ${parts.join(' and ')}.
    An answer takes ${ms(cost.ms.mean)} on average${cost.price === null ? '' : ` and costs ${money(cost.price)}`}${
      stages.length > 1 && first ? `; ${percent(first.share)} of them end after ${first.stage}` : ''
    }.`;
}

const caveats = ({ caveats: all }: Evaluation) =>
  all.length > 0 && html`<ul class="caveats">${all.map(({ message }) => html`<li>${message}</li>`)}</ul>`;

function tiles(evaluation: Evaluation): Markup {
  const { intervals, cost, skipped } = evaluation;
  const tile = (name: string, value: string, interval?: Interval | null) =>
    html`<div class="tile"><span class="of">${name}</span><b>${value}</b><span class="of">${
      interval ? `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}` : raw('&nbsp;')
    }</span></div>`;
  const left = skipped.unlabelled + Object.values(skipped.failed).reduce((sum, count) => sum + count, 0);
  return html`<div class="tiles">
${tile('accuracy', figure(evaluation.accuracy), intervals.accuracy)}
${tile('balanced accuracy', figure(evaluation.balancedAccuracy), intervals.balancedAccuracy)}
${tile('MCC', figure(evaluation.mcc), intervals.mcc)}
${tile('F1', figure(evaluation.f1), intervals.f1)}
${tile('AUROC', figure(evaluation.auroc), intervals.auroc)}
${tile('Brier', figure(evaluation.brier), intervals.brier)}
${tile('ECE', figure(evaluation.ece), intervals.ece)}
${tile('time, median', ms(cost.ms.p50))}
${tile('time, 95 %', ms(cost.ms.p95))}
${left > 0 && tile('left out', String(left))}
</div>`;
}

const plot = (title: string, drawn: Markup | undefined, caption: string | Markup, wide = false) =>
  drawn &&
  html`<figure${wide && html` class="wide"`}><h3>${title}</h3>${drawn}<figcaption>${caption}</figcaption></figure>`;

function decisions(evaluation: Evaluation): Markup {
  const { task, threshold, roc } = evaluation;
  const both = roc.length > 0;
  return html`<h2>Decisions</h2>
<p class="note">A score of ${threshold} or more is called ${task.positive}.</p>
<div class="plots">
<figure><h3>Confusion</h3>${confusionTable(evaluation)}<figcaption>Rows are what is true; shares are of the row.</figcaption></figure>
${plot('Scores', histogram(evaluation), html`<span class="key positive">${task.positive}, upward</span> <span class="key negative">others, downward</span>; the dashed line is the threshold.`)}
${both && plot('ROC', rocPlot(evaluation), 'The point is the threshold in use; the diagonal is guessing.')}
${both && plot('Precision and recall', prPlot(evaluation), `The dashed line is what calling everything ${task.positive} gives.`)}
${plot('With intervals', intervalPlot(evaluation), `${Math.round(evaluation.bootstrap.confidence * 100)} % intervals of a bootstrap${evaluation.bootstrap.grouped ? ' that draws whole groups' : ''}.`)}
</div>`;
}

function belief(evaluation: Evaluation): Markup {
  return html`<h2>Can the scores be believed?</h2>
<div class="plots">
${plot('Reliability', reliabilityPlot(evaluation), 'On the diagonal, of pictures scored 0.8 eight in ten are positive. Larger points hold more pictures; red is the gap.')}
${plot('Risk and coverage', riskCoveragePlot(evaluation), 'Error when only the surest answers are kept. A curve that rises to the right knows what it does not know.')}
</div>`;
}

function cascade(evaluation: Evaluation): Markup {
  const { ablation, pareto, cost } = evaluation;
  const priced = Object.keys(cost.prices).length > 0;
  return html`<h2>The cascade</h2>
<p class="note">Each step, in order: how many pictures came to it, how many answers it gave, how many of those were wrong, and what it takes by itself.</p>
${stageTable(evaluation)}
${pareto.length > 1 && html`<div class="plots">${plot('What other cascades of these stages would do', paretoPlot(evaluation), html`<span class="key positive">as configured</span> <span class="key negative">parts of it</span> <span class="key quiet">wider and narrower windows</span>. No dot lies above and left of the line. Chosen on these very pictures, any of them flatters itself: sv tune judges on others.`, true)}</div>`}
${ablation.length > 0 && html`<h3 class="apart">Without a stage</h3>${variantTable([...pareto.filter(({ kind }) => kind === 'configured'), ...ablation], priced)}`}
${pareto.length > 1 && html`<details><summary>All of them in figures</summary>${variantTable(pareto, priced)}</details>`}`;
}

function slices({ bySource, byGroup, by }: Evaluation): Markup | false {
  const clips = Object.fromEntries(Object.entries(byGroup).filter(([, { n }]) => n > 1));
  const alone = Object.keys(byGroup).length - Object.keys(clips).length;
  const parts = [
    Object.keys(bySource).length > 1 && sliceTable('source', bySource),
    ...Object.entries(by).map(([name, values]) => sliceTable(name, values)),
    Object.keys(clips).length > 1 && sliceTable('group', clips),
    Object.keys(clips).length > 1 && alone > 0 && html`<p class="note">${alone} pictures are a group of their own.</p>`,
  ].filter((part) => part !== false);
  return parts.length > 0 && html`<h2>Where it is good and where not</h2>${parts}`;
}

function wrong({ answers, task }: Evaluation, mistakes: readonly Mistake[]): Markup | false {
  const count = answers.filter(({ correct }) => !correct).length;
  if (count === 0) return html`<h2>Mistakes</h2><p class="note">None.</p>`;
  if (mistakes.length === 0) return false;
  const card = ({ answer, thumbnail }: Mistake) => html`<div class="card">
${typeof thumbnail === 'string' ? html`<img src="${thumbnail}" alt="${answer.id}" loading="lazy">` : html`<div class="none">${thumbnail.why}</div>`}
<div class="text"><div class="said">is ${answer.truth}, called ${answer.label}</div>
<div>P(${task.positive}) = ${answer.score.toFixed(3)}, by ${answer.stage}</div>
<div class="id">${answer.id}</div>${answer.group !== answer.id && html`<div class="id">${answer.group}</div>`}</div></div>`;
  const missed = mistakes.filter(({ answer }) => answer.positive === 1);
  const alarms = mistakes.filter(({ answer }) => answer.positive === 0);
  const part = (title: string, some: readonly Mistake[]) =>
    some.length > 0 && html`<h3 class="apart">${title}</h3><div class="cards">${some.map(card)}</div>`;
  return html`<h2>Worst mistakes</h2>
<p class="note">${mistakes.length} of ${count} wrong answers: those that were surest, from different groups as far as there are.
  Some may be wrong labels: look.</p>
${part(`Is ${task.positive}, and not called so`, missed)}
${part(`Is not ${task.positive}`, alarms)}`;
}

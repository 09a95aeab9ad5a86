import type { Interval } from '../metrics/types.js';
import type { EvaluationComparison } from './compare.js';
import type { Resampled } from './intervals.js';
import type { Evaluation, Variant } from './types.js';

/** An evaluation for a terminal. */
export function summariseEvaluation(evaluation: Evaluation): string {
  const { n, positives, task, data, cost, skipped, confusion: counts, threshold } = evaluation;
  const left = Object.entries(skipped.failed).map(([code, count]) => `${count} ${code}`);
  if (skipped.unlabelled > 0) left.push(`${skipped.unlabelled} without a label`);
  return [
    `${data.name}${data.split ? `, ${data.split}` : ''}: ${n} answers, ${positives} of them ${task.positive}${left.length > 0 ? `; left out: ${left.join(', ')}` : ''}`,
    ...(data.known > 0 ? [`answers to ${data.known} of them were recorded earlier; --fresh asks again`] : []),
    '',
    ...FIGURES.map(
      ([key, name]) => `${name.padEnd(20)}${figure(evaluation[key])}${between(evaluation.intervals[key])}`,
    ),
    `${'confusion'.padEnd(20)}${counts.tp} right and ${counts.fn} missed of ${positives} ${task.positive}; ${counts.tn} right and ${counts.fp} false alarms of ${n - positives} others (threshold ${threshold})`,
    `${'time'.padEnd(20)}${ms(cost.ms.mean)} an answer, median ${ms(cost.ms.p50)}, 95 % within ${ms(cost.ms.p95)}${cost.price === null ? '' : `; price ${money(cost.price)}`}`,
    '',
    stageTable(evaluation),
    ...(evaluation.ablation.length > 0 ? ['', variantTable('without a stage', withConfigured(evaluation))] : []),
    ...(evaluation.caveats.length > 0 ? ['', ...evaluation.caveats.map(({ message }) => `! ${message}`)] : []),
  ].join('\n');
}

const FIGURES: readonly (readonly [Resampled, string])[] = [
  ['accuracy', 'accuracy'],
  ['balancedAccuracy', 'balanced accuracy'],
  ['mcc', 'MCC'],
  ['f1', 'F1'],
  ['precision', 'precision'],
  ['recall', 'recall'],
  ['auroc', 'AUROC'],
  ['brier', 'Brier'],
  ['ece', 'ECE'],
];

function stageTable({ stages }: Evaluation): string {
  const rows = stages.map((one) => [
    one.stage,
    percent(one.reached),
    percent(one.share),
    one.errorAmongExits === null ? '–' : percent(one.errorAmongExits),
    one.ms === null ? '–' : ms(one.ms),
    ...(one.failed > 0 ? [`${one.failed} failed`] : []),
  ]);
  return table([['step', 'reached', 'answers here', 'error there', 'time'], ...rows]);
}

/** The cascade itself first, to compare with. */
const withConfigured = ({ pareto, ablation }: Evaluation): Variant[] => [
  ...pareto.filter(({ kind }) => kind === 'configured'),
  ...ablation,
];

function variantTable(title: string, variants: readonly Variant[]): string {
  const rows = variants.map((one) =>
    one.error === undefined
      ? [
          one.name,
          figure(one.balancedAccuracy),
          figure(one.mcc),
          one.ms === null ? '–' : ms(one.ms),
          one.unanswered > 0 ? `${one.unanswered} unanswered` : '',
        ]
      : [one.name, `cannot be built: ${one.error}`],
  );
  return table([[title, 'balanced acc.', 'MCC', 'time', ''], ...rows]);
}

/** A comparison for a terminal. */
export function comparisonText(comparison: EvaluationComparison): string {
  const { first, second, common, mcnemar, differences, ms: time } = comparison;
  const rows = differences.map((one) => [
    one.metric,
    figure(one.first),
    figure(one.second),
    one.difference === null ? '–' : `${one.difference > 0 ? '+' : ''}${one.difference.toFixed(3)}`,
    one.interval ? `${one.interval.low.toFixed(3)} to ${one.interval.high.toFixed(3)}` : '',
    one.pValue === null ? '' : `p = ${pText(one.pValue)}`,
  ]);
  return [
    '',
    table([[`${common} pictures of both`, first, second, 'difference', '95 %', ''], ...rows]),
    `right only here: ${mcnemar.onlyFirst}, only there: ${mcnemar.onlySecond}; McNemar p = ${pText(mcnemar.pValue)}`,
    `time ${ms(time.first)} and ${ms(time.second)} an answer`,
  ].join('\n');
}

/** Columns side by side. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
export const money = (value: number): string => String(Number(value.toPrecision(3)));
export const pText = (value: number): string => (value < 0.001 ? '< 0.001' : value.toFixed(3));
const between = (interval: Interval | null | undefined): string =>
  interval ? `  (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})` : '';

import { metrics, statistics } from '@streetvision/plugin-learn';
import type { Answers, Clips } from './types.js';
import type { Variant } from './variants.js';

const balanced: statistics.Statistic = (judged) => metrics.balancedAccuracy(metrics.confusion(judged));
const two = (value: number) => value.toFixed(2);
const three = (value: number) => value.toFixed(3);
const signed = (value: number) => `${value >= 0 ? '+' : '−'}${three(Math.abs(value))}`;

/** The tables of docs/ablations.md, between its two marks. */
export function tables(variants: readonly Variant[], answers: ReadonlyMap<string, Answers>, clips: Clips): string {
  const groups = clips.samples.map(({ group }) => group);
  const judged = (name: string) => ({ scores: (answers.get(name) as Answers).scores, truth: clips.labels, groups });
  const interval = (one: { estimate: number; low: number; high: number } | null) =>
    one ? `${three(one.estimate)} (${two(one.low)}–${two(one.high)})` : '–';
  const figures = variants.map(({ name }) => {
    const own = judged(name);
    const all = metrics.summarise(own);
    return [
      name,
      interval(statistics.bootstrap(own, metrics.auroc)),
      interval(statistics.bootstrap(own, balanced)),
      three(all.logLoss as number),
      three(all.ece as number),
      (answers.get(name) as Answers).ms.toFixed(1),
    ];
  });
  const against = variants.flatMap(({ name, against: other }) => {
    if (other === undefined) return [];
    const change = (statistic: statistics.Statistic) => {
      const one = statistics.pairedBootstrap(judged(name), judged(other), statistic);
      return one ? `${signed(one.estimate)} (${signed(one.low)} to ${signed(one.high)})` : '–';
    };
    const ms = (answers.get(name) as Answers).ms / (answers.get(other) as Answers).ms;
    return [[name, other, change(metrics.auroc), change(balanced), `× ${ms.toFixed(1)}`]];
  });
  return [
    table(['variant', 'AUROC', 'balanced accuracy', 'log-loss', 'ECE', 'ms'], figures),
    '',
    '### Gained or lost',
    '',
    table(['variant', 'against', 'AUROC', 'balanced accuracy', 'time'], against),
  ].join('\n');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

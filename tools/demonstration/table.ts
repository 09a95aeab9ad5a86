import type { Estimate } from '../starter/evaluate/figures.js';
import type { Summary } from './summary.js';

/** Two decimals with a proper minus, and none before a zero. */
const two = (value: number) => (Math.abs(value) < 0.005 ? '0.00' : value.toFixed(2).replace('-', '−'));
const interval = ({ value, low, high }: Estimate) => `${two(value)} [${two(low)}, ${two(high)}]`;
const percent = (value: number | null | undefined) => (value == null ? '–' : `${Math.round(100 * value)} %`);

/**
 * The variants side by side.
 * @param full name of the variant that time is saved against
 */
export function overview(summaries: readonly Summary[], full: string): string {
  const fullMs = summaries.find(({ name }) => name === full)?.meanMs;
  const rows = summaries.map(({ name, figures, exits, meanMs }) => [
    name,
    percent(exits.starter ?? 0),
    percent(exits.resnet50 ?? 0),
    meanMs.toFixed(0),
    name === full ? '–' : percent(fullMs && 1 - meanMs / fullMs),
    interval(figures.balancedAccuracy),
    interval(figures.auroc),
  ]);
  const head = ['', 'ends at the starter', 'at ResNet-50', 'ms a picture', 'time saved', 'balanced accuracy', 'AUROC'];
  return table(head, rows);
}

/** Each variant's balanced accuracy less that of the others named. */
export function differences(summaries: readonly Summary[], others: readonly string[]): string {
  const rows = summaries.map(({ name, against }) => [
    name,
    ...others.map((other) => (against[other] ? signed(against[other]) : '–')),
  ]);
  return table(['', ...others.map((other) => `against ${other}`)], rows);
}

/** One variant, clip by clip, its figures beside those of another. */
export function byClip(summary: Summary, other: Summary): string {
  const rows = summary.byClip.map((clip, i) => {
    const theirs = other.byClip[i];
    return [
      clip.group,
      `${clip.positive}`,
      `${clip.negative}`,
      percent(clip.first),
      `${clip.meanMs.toFixed(0)} / ${theirs?.meanMs.toFixed(0)}`,
      `${percent(clip.recall)} / ${percent(theirs?.recall)}`,
      `${percent(clip.falsePositiveRate)} / ${percent(theirs?.falsePositiveRate)}`,
      clip.recall === null || clip.falsePositiveRate === null
        ? '–'
        : `${two(balanced(clip))} / ${theirs ? two(balanced(theirs)) : '–'}`,
    ];
  });
  const head = ['clip', 'with', 'without', 'ends at the starter', 'ms', 'found', 'false alarms', 'balanced accuracy'];
  return table(head, rows);
}

const balanced = ({ recall, falsePositiveRate }: Summary['byClip'][number]) =>
  ((recall ?? 0) + 1 - (falsePositiveRate ?? 0)) / 2;

const signed = (estimate: Estimate) => `${estimate.value >= 0.005 ? '+' : ''}${interval(estimate)}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

import * as Plot from '@observablehq/plot';
import type { Evaluation, Variant } from '../../evaluate/types.js';
import type { Markup } from '../html.js';
import { COLOURS, draw, WIDTH } from './plot.js';

/** What cascades of these stages are worth and what they take. */
export function paretoPlot({ pareto }: Evaluation): Markup | undefined {
  const known = pareto.filter((one) => one.ms !== null && one.balancedAccuracy !== null && one.unanswered === 0);
  if (known.length < 2) return undefined;
  const times = known.map(({ ms }) => ms as number);
  const least = Math.min(...times);
  const most = Math.max(...times);
  const wide = least > 0 && most / least > 20;
  const frontier = known.filter(({ efficient }) => efficient).sort((a, b) => (a.ms as number) - (b.ms as number));
  const colourOf = ({ kind }: Variant) =>
    kind === 'configured' ? COLOURS.positive : kind === 'window' ? COLOURS.quiet : COLOURS.negative;
  const named = known.filter(({ kind }) => kind === 'configured' || kind === 'alone');
  return draw('Balanced accuracy against milliseconds of an answer', {
    width: WIDTH * 2,
    height: 340,
    marginLeft: 62,
    marginRight: 30,
    x: {
      type: wide ? 'log' : 'linear',
      label: 'mean milliseconds of an answer',
      grid: true,
      labelAnchor: 'center',
      nice: true,
    },
    y: { label: 'balanced accuracy', grid: true, tickFormat: '.3~f', labelAnchor: 'center', nice: true, inset: 10 },
    marks: [
      Plot.line(frontier, {
        x: 'ms',
        y: 'balancedAccuracy',
        stroke: COLOURS.line,
        curve: 'step-after',
        strokeOpacity: 0.6,
      }),
      Plot.dot(known, {
        x: 'ms',
        y: 'balancedAccuracy',
        r: ({ kind }: Variant) => (kind === 'configured' ? 7 : kind === 'window' ? 3 : 5),
        fill: colourOf,
        symbol: 'circle',
        stroke: 'var(--surface)',
      }),
      Plot.text(named, {
        x: 'ms',
        y: 'balancedAccuracy',
        text: 'name',
        dy: -13,
        fill: 'currentColor',
        stroke: 'var(--surface)',
        strokeWidth: 4,
      }),
    ],
    r: { type: 'identity' },
  });
}

const NAMES = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  precision: 'precision',
  recall: 'recall',
  specificity: 'specificity',
  f1: 'F1',
  mcc: 'MCC',
  auroc: 'AUROC',
  prAuc: 'PR-AUC',
} as const;

/** Figures with their intervals. */
export function intervalPlot(evaluation: Evaluation): Markup | undefined {
  const rows = Object.entries(NAMES).flatMap(([key, name]) => {
    const value = evaluation[key as keyof typeof NAMES];
    const interval = evaluation.intervals[key as keyof typeof NAMES];
    return value === null || !interval ? [] : [{ name, value, low: interval.low, high: interval.high }];
  });
  if (rows.length === 0) return undefined;
  return draw('Figures with their intervals', {
    height: 40 + rows.length * 28,
    marginLeft: 118,
    x: { domain: [Math.min(0, ...rows.map(({ low }) => low)), 1], grid: true, label: null, ticks: 5 },
    y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', stroke: COLOURS.line, strokeWidth: 3, strokeOpacity: 0.45 }),
      Plot.dot(rows, { y: 'name', x: 'value', r: 4, fill: COLOURS.line }),
    ],
  });
}

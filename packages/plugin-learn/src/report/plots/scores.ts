import * as Plot from '@observablehq/plot';
import type { Evaluation } from '../../evaluate/types.js';
import type { Markup } from '../html.js';
import { COLOURS, draw } from './plot.js';

const unit = { domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] } as const;
const axis = (label: string) => ({ ...unit, label, grid: true, labelAnchor: 'center' as const });
const diagonal = Plot.line(
  [
    [0, 0],
    [1, 1],
  ],
  { stroke: COLOURS.quiet, strokeDasharray: '3,4' },
);

/** Scores of both classes, one above and one below the line. */
export function histogram({ histogram: bins, threshold, task }: Evaluation): Markup {
  const all = bins.flatMap(({ low, high, positives, negatives }) => [
    { low, high, count: positives, side: COLOURS.positive },
    { low, high, count: -negatives, side: COLOURS.negative },
  ]);
  return draw(`Scores of ${task.positive} above the line, of the others below`, {
    x: { ...unit, label: 'score', labelAnchor: 'center' },
    y: { label: 'pictures', grid: true, tickFormat: (value: number) => String(Math.abs(value)), ticks: 5 },
    marks: [
      Plot.rectY(all, { x1: 'low', x2: 'high', y: 'count', fill: 'side', insetLeft: 0.5, insetRight: 0.5 }),
      Plot.ruleY([0], { stroke: 'currentColor' }),
      Plot.ruleX([threshold], { stroke: 'currentColor', strokeDasharray: '3,3' }),
    ],
  });
}

/** What was predicted against what came true; the size of a point is how many pictures it holds. */
export function reliabilityPlot({ reliability }: Evaluation): Markup {
  return draw('Share that came true for each predicted probability', {
    x: axis('predicted probability'),
    y: axis('share that came true'),
    r: { range: [2.5, 11] },
    marks: [
      diagonal,
      Plot.ruleX(reliability, {
        x: 'predicted',
        y1: 'predicted',
        y2: 'observed',
        stroke: COLOURS.wrong,
        strokeWidth: 1.5,
      }),
      Plot.dot(reliability, { x: 'predicted', y: 'observed', r: 'n', fill: COLOURS.line, fillOpacity: 0.85 }),
    ],
  });
}

export function rocPlot({ roc, confusion: { tp, fn, fp, tn } }: Evaluation): Markup {
  const here = [{ x: fp / (fp + tn), y: tp / (tp + fn) }];
  return draw('Receiver operating characteristic', {
    x: axis('false alarms among the others'),
    y: axis('found'),
    marks: [
      diagonal,
      Plot.line(roc, { x: 'falsePositiveRate', y: 'truePositiveRate', stroke: COLOURS.line, strokeWidth: 2 }),
      Plot.dot(here, { x: 'x', y: 'y', r: 5, fill: COLOURS.line, stroke: 'var(--surface)' }),
    ],
  });
}

export function prPlot({ pr, precision, recall, positives, n }: Evaluation): Markup {
  const here = precision === null || recall === null ? [] : [{ x: recall, y: precision }];
  return draw('Precision against recall', {
    x: axis('recall'),
    y: axis('precision'),
    marks: [
      Plot.ruleY([positives / n], { stroke: COLOURS.quiet, strokeDasharray: '3,4' }),
      Plot.line(pr, { x: 'recall', y: 'precision', stroke: COLOURS.line, strokeWidth: 2 }),
      Plot.dot(here, { x: 'x', y: 'y', r: 5, fill: COLOURS.line, stroke: 'var(--surface)' }),
    ],
  });
}

/** Error among the most confident answers, the more of them are taken. */
export function riskCoveragePlot({ riskCoverage }: Evaluation): Markup {
  const worst = Math.max(0.02, ...riskCoverage.map(({ risk }) => risk));
  return draw('Error among the most confident answers', {
    x: axis('share of pictures answered, surest first'),
    y: {
      domain: [0, Math.min(1, worst * 1.1)],
      label: 'error',
      grid: true,
      tickFormat: '.0%',
      ticks: 5,
      labelAnchor: 'center',
    },
    marks: [
      Plot.areaY(riskCoverage, { x: 'coverage', y: 'risk', fill: COLOURS.wrong, fillOpacity: 0.15 }),
      Plot.line(riskCoverage, { x: 'coverage', y: 'risk', stroke: COLOURS.wrong, strokeWidth: 2 }),
    ],
  });
}

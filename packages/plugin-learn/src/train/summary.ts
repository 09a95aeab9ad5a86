import { isAbsolute } from 'node:path';
import type { Interval, Metrics } from '../metrics/types.js';
import type { Figures, HeldOutFigures, Run } from './run.js';

const SHOWN = ['auroc', 'balancedAccuracy', 'mcc', 'accuracy'] as const satisfies readonly (keyof Metrics)[];
const NAMES: Readonly<Record<(typeof SHOWN)[number], string>> = {
  auroc: 'AUROC',
  balancedAccuracy: 'balanced accuracy',
  mcc: 'MCC',
  accuracy: 'accuracy',
};

/**
 * A training in a few lines for people, the next step at the end.
 * @param headFile as the config would name it
 * @param ref the data as the user named it
 */
export function summariseRun(run: Run, headFile: string, ref: string = run.data.name): string {
  const { data, head, heldOut, itself, earlier } = run;
  return [
    dataLine(run),
    `${head.options.kind} head on ${run.backbone.id}: ${head.dimension} features${head.penalty ? `, c ${short(head.options.c)} chosen by held-out log loss` : ''}`,
    '',
    ...(heldOut ? heldOutLines(heldOut, head.positive) : notHeldOut(run)),
    `On its own training pictures, for comparison: ${NAMES.auroc} ${two(itself.metrics.auroc)}, balanced accuracy ${two(itself.metrics.balancedAccuracy)}.`,
    ...(earlier ? [`The earlier head on pictures that neither saw: ${line(earlier.figures)}.`] : []),
    ...(data.problemCount > 0
      ? [
          `${data.problemCount} remarks on the data, the first: ${data.problems[0]?.where}: ${data.problems[0]?.message}`,
        ]
      : []),
    '',
    ...nextStep(run, headFile, ref),
    '',
  ].join('\n');
}

function dataLine({ data, head }: Run): string {
  const classes = head.classes
    .map((name) => `${Object.hasOwn(data.byClass, name) ? data.byClass[name] : 0} ${name}`)
    .join(', ');
  const replayed = data.replayed > 0 ? `, ${data.replayed} of them replayed` : '';
  const split = data.split === null ? '' : `, split ${data.split}`;
  const unlabelled = data.unlabelled > 0 ? `; ${data.unlabelled} without a label left out` : '';
  return `${data.n} pictures of ${data.name}${split}${replayed}: ${classes}, in ${data.groups} groups${unlabelled}`;
}

function heldOutLines(heldOut: HeldOutFigures, positive: string): string[] {
  const notJudged =
    heldOut.notJudged > 0 ? ` ${heldOut.notJudged} pictures could not be judged: the other groups lack a class.` : '';
  const groups = Object.entries(heldOut.byGroup);
  const widest = Math.max(...groups.slice(0, GROUPS_SHOWN).map(([name]) => name.length));
  return [
    `Held out, ${heldOut.folds} folds by group (95 % by resampling groups): ${line(heldOut)}.${notJudged}`,
    ...groups
      .slice(0, GROUPS_SHOWN)
      .map(
        ([name, { n, positives, recall, falsePositiveRate }]) =>
          `  ${name.padEnd(widest)}  ${positives} of ${n} ${positive}, found ${percent(recall)}, false alarms ${percent(falsePositiveRate)}`,
      ),
    ...(groups.length > GROUPS_SHOWN ? [`  … ${groups.length - GROUPS_SHOWN} more groups in run.json`] : []),
  ];
}

const GROUPS_SHOWN = 20;

function notHeldOut({ data }: Run): string[] {
  return data.groups < 2
    ? ['All pictures are of one group, so nothing can be held out: how good the head is, is not known.']
    : ['No held-out figures.'];
}

function nextStep({ stage, data }: Run, headFile: string, ref: string): string[] {
  // A config names files from its own folder: what lies elsewhere is best brought there.
  const near = headFile.startsWith('../') || isAbsolute(headFile) ? headFile.split('/').slice(-2).join('/') : undefined;
  const set = `set head: '${near ? `./${near}` : headFile}' for stage ${stage.name} in the config`;
  const first = near ? `Next: copy the run folder beside the config, and ${set}.` : `Next: ${set}.`;
  return data.split === null
    ? [
        first,
        `Then \`sv calibrate\` and \`sv eval\` on pictures that were not trained on; all of ${ref} was. To keep some of it aside: \`sv data split ${ref} --out split.jsonl\`.`,
      ]
    : [
        first,
        `Then \`sv calibrate --data ${ref} --out calibration.json\` and \`sv eval --data ${ref}\`: each takes its own part, calibration and test.`,
      ];
}

function line({ metrics, intervals }: Figures): string {
  return SHOWN.map((name) => `${NAMES[name]} ${two(metrics[name])}${bracket(intervals[name])}`).join(', ');
}

const bracket = (interval: Interval | null | undefined) =>
  interval ? ` [${two(interval.low)}, ${two(interval.high)}]` : '';
const two = (value: number | null) => (value === null ? '–' : value.toFixed(2));
const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)} %`);
const short = (value: number) => String(Number(value.toPrecision(3)));

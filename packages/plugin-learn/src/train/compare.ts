import { resolve } from 'node:path';
import { SvError } from '@streetvision/core';
import { auroc } from '../metrics/index.js';
import type { Judged, Metrics } from '../metrics/types.js';
import { type PairedBootstrap, pairedBootstrap } from '../statistics/index.js';
import type { Run } from './run.js';
import { type DataLine, readData, readRun } from './run-folder.js';

/** Runs side by side. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Remarks, such as that the runs are of different data. */
  readonly notes: readonly string[];
}

export interface ComparedRun {
  readonly name: string;
  readonly kind: string;
  readonly backbone: string;
  readonly data: { readonly sha256: string; readonly n: number; readonly groups: number };
  readonly c: number | null;
  readonly seed: number;
  /** On held-out groups. */
  readonly metrics: Metrics | null;
  /** Pictures with a held-out score: of none of them had an earlier head seen the picture or its group. */
  readonly judged: number;
  /** AUROC less that of the first run, on pictures that both judged; `null` for the first, or where there are too few. */
  readonly gain: (PairedBootstrap & { readonly pictures: number }) | null;
}

/**
 * Reads run folders and compares their held-out figures. Throws `SV_RUN_INVALID`, `SV_TRAIN_OPTIONS` without runs.
 * @param dir folder that relative paths start from
 */
export async function compareRuns(folders: readonly string[], dir: string = process.cwd()): Promise<Comparison> {
  if (folders.length === 0) {
    throw new SvError('SV_TRAIN_OPTIONS', 'No run was named to compare.', { fix: 'sv train --compare runs/a runs/b' });
  }
  const read = await Promise.all(
    folders.map(async (name) => {
      const folder = resolve(dir, name);
      return { name, run: await readRun(folder), lines: await readData(folder) };
    }),
  );
  const [first] = read as [(typeof read)[number]];
  return {
    runs: read.map(({ name, run, lines }, i) => ({
      name,
      kind: run.head.options.kind,
      backbone: run.backbone.id,
      data: { sha256: run.data.sha256, n: run.data.n, groups: run.data.groups },
      c: run.head.penalty ? run.head.options.c : null,
      seed: run.head.options.seed,
      metrics: run.heldOut?.metrics ?? null,
      judged: judgedOf(lines).size,
      gain: i === 0 ? null : gainOf({ run, lines }, first),
    })),
    notes: [...notesOf(read.map(({ run }) => run)), ...read.flatMap(notJudged)],
  };
}

interface Read {
  readonly run: Run;
  readonly lines: readonly DataLine[];
}

/** By picture, those with an honest held-out score. */
const judgedOf = (lines: readonly DataLine[]) =>
  new Map(lines.flatMap((one) => (typeof one.heldOut === 'number' ? [[one.sha256, one] as const] : [])));

function notJudged({ name, run, lines }: Read & { readonly name: string }): string[] {
  const left = lines.filter(({ heldOut }) => typeof heldOut !== 'number').length;
  if (!run.heldOut || left === 0) return [];
  const why = run.earlier
    ? 'an earlier head has seen the others or their groups'
    : 'without the others a class is missing';
  return [`${name}: ${lines.length - left} of ${lines.length} pictures are compared; ${why}.`];
}

/** On the same pictures, resampled together: what is hard for both cancels out. */
function gainOf(ours: Read, theirs: Read): ComparedRun['gain'] {
  const other = judgedOf(theirs.lines);
  const pairs = [...judgedOf(ours.lines)].flatMap(([hash, mine]) => {
    const same = other.get(hash);
    return same ? [[mine, same] as const] : [];
  });
  const positive = ours.run.head.positive;
  const side = (at: 0 | 1): Judged => ({
    scores: pairs.map((pair) => pair[at].heldOut as number),
    truth: pairs.map(([mine]) => Number(mine.label === positive)),
    groups: pairs.map(([mine]) => mine.group),
  });
  const found = pairedBootstrap(side(0), side(1), auroc, { resamples: 2_000 });
  return found && { ...found, pictures: pairs.length };
}

function notesOf(runs: readonly Run[]): string[] {
  const differ = (of: (run: Run) => string) => new Set(runs.map(of)).size > 1;
  return [
    ...(differ((run) => run.data.sha256)
      ? ['The runs are of different data: only the gain, on pictures that both judged, compares like with like.']
      : []),
    ...(differ((run) => `${run.heldOut?.folds}`) ? ['The runs were judged in different numbers of folds.'] : []),
    ...(differ((run) => run.head.positive) ? ['The runs call different classes positive.'] : []),
  ];
}

/** The comparison as a table for people. */
export function comparisonTable({ runs, notes }: Comparison): string {
  const rows = runs.map(({ name, kind, backbone, data, metrics, gain }) => [
    name,
    kind,
    backbone,
    `${data.n} / ${data.groups}`,
    two(metrics?.auroc),
    two(metrics?.balancedAccuracy),
    two(metrics?.mcc),
    two(metrics?.brier),
    gain ? `${signed(gain.estimate)} [${signed(gain.low)}, ${signed(gain.high)}]` : '–',
  ]);
  const head = ['run', 'head', 'backbone', 'pictures / groups', 'AUROC', 'balanced', 'MCC', 'Brier', 'AUROC gain'];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => (row[at] as string).length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...notes, ''].join('\n');
}

const two = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(3));
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

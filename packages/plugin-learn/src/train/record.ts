import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { type DataProblem, type FrozenBackbone, type Project, VERSION } from '@streetvision/core';
import type { TrainedHead } from '../heads/types.js';
import type { Classes } from './classes.js';
import { type Collected, hashRows } from './collect.js';
import type { Fitted } from './fit.js';
import type { TrainOptions } from './options.js';
import type { Figures, HeldOutFigures, Run, RunData } from './run.js';
import { count, type Table } from './table.js';

export interface RecordContext {
  readonly project: Project;
  readonly stage: { readonly name: string; readonly plugin: string };
  readonly backbone: FrozenBackbone;
  readonly options: TrainOptions;
  readonly classes: Classes;
  readonly data: RunData;
  readonly fitted: Fitted;
  readonly heldOut: HeldOutFigures | null;
  readonly itself: Figures;
  readonly earlier: Run['earlier'];
}

/** The head's file and the record of how it came about. */
export function recordRun(ctx: RecordContext): { run: Run; head: Uint8Array } {
  const { project, stage, backbone, options, classes, data, fitted, heldOut, itself, earlier } = ctx;
  const { head: trained, penalty, stopping } = fitted;
  const head = encode(trained, ctx);
  const run: Run = {
    version: 1,
    kind: 'head',
    versions: {
      '@streetvision/core': VERSION,
      '@streetvision/plugin-learn': ownVersion(),
      node: process.versions.node,
    },
    date: options.date ?? null,
    task: project.task?.name ?? null,
    stage: { name: stage.name, plugin: stage.plugin },
    backbone: { id: backbone.id, identity: backbone.identity },
    data,
    head: {
      file: 'head.onnx',
      sha256: createHash('sha256').update(head).digest('hex'),
      dimension: trained.dimension,
      classes: classes.names,
      positive: classes.positive,
      options: trained.options,
      penalty,
      groupWeights: options.groupWeights ?? 'sqrt',
      stopping: stopping.length,
    },
    curve: trained.curve,
    heldOut,
    itself,
    earlier,
  };
  return { run, head };
}

function encode(trained: TrainedHead, { backbone, options, classes, data, heldOut }: RecordContext): Uint8Array {
  const { dimension, masks } = trained;
  const { kind, seed, c, dropout } = trained.options;
  const figures = heldOut && {
    folds: heldOut.folds,
    n: heldOut.metrics.n,
    auroc: heldOut.metrics.auroc,
    balancedAccuracy: heldOut.metrics.balancedAccuracy,
  };
  return trained.encode(
    backbone.headMetadata({
      dimension,
      classes: classes.names,
      positive: classes.positive,
      ...(masks.length > 0 && { dropout: { rate: dropout, masks } }),
      trained: {
        data: data.sha256,
        n: data.n,
        groups: data.groups,
        kind,
        seed,
        ...((kind === 'logistic' || kind === 'svm') && { c }),
        heldOut: figures,
        ...(options.date !== undefined && { date: options.date }),
      },
    }),
  );
}

const NAMED = 100;

/** What was trained on. */
export function describeData(
  { name, split, unlabelled }: Collected,
  { rows }: Table,
  problems: readonly DataProblem[],
): RunData {
  return {
    name,
    sha256: hashRows(rows),
    split,
    n: rows.length,
    byClass: count(rows.map(({ label }) => label)),
    bySource: count(rows.map(({ source }) => source)),
    groups: new Set(rows.map(({ group }) => group)).size,
    replayed: rows.filter(({ replayed }) => replayed).length,
    unlabelled,
    problems: problems.slice(0, NAMED),
    problemCount: problems.length,
  };
}

const ownVersion = (): string => {
  const { version }: { version: string } = createRequire(import.meta.url)('@streetvision/plugin-learn/package.json');
  return version;
};

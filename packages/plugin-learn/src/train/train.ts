import { resolve } from 'node:path';
import type { DataProblem, FrozenBackbone, Meter, Project } from '@streetvision/core';
import { gather } from '../features/compute.js';
import { openFolder } from '../files/write-folder.js';
import { classesOf } from './classes.js';
import { collect } from './collect.js';
import { checkEarlier, type Earlier, readEarlier, unseen } from './earlier.js';
import { figuresOf } from './figures.js';
import { type FitContext, fitHead, probabilities } from './fit.js';
import { DEFAULT_FOLDS } from './folds.js';
import { holdOut } from './held-out.js';
import { heldOutFigures, heldOutOf } from './held-out-figures.js';
import { checkTrainOptions, headSettings, type TrainOptions } from './options.js';
import { describeData, recordRun } from './record.js';
import { withReplay } from './replay.js';
import type { Run } from './run.js';
import { RUN_FILES, writeRunFolder } from './run-folder.js';
import { runHead } from './run-head.js';
import { trainableStage } from './stage.js';

export interface TrainReport {
  /** Shows how far it is. @default nothing is shown */
  readonly progress?: ((name: string, total?: number) => Meter) | undefined;
}

/**
 * Trains a head for a stage of the config: features once, held-out figures, then the head on everything; writes a run
 * folder. Interrupted, it loses nothing but the last seconds: embeddings are kept, and the folder is written whole.
 *
 * Throws `SV_DATA_*`, `SV_TRAIN_*`, `SV_RUN_INVALID`, `SV_OUTPUT_WRITE`, and what the backbone throws.
 *
 * @example
 * const project = await createProject(config);
 * const run = await train(project, { data: 'labels.csv', group: 'clip', out: 'runs/first' });
 * console.log(run.heldOut?.metrics.auroc);
 * await project.close();
 */
export async function train(project: Project, options: TrainOptions, report: TrainReport = {}): Promise<Run> {
  checkTrainOptions(options);
  const stage = trainableStage(project, options.stage);
  await openFolder(resolve(folderOf(project, options), options.out), RUN_FILES);
  const earlier = options.from === undefined ? undefined : await readEarlier(options.from, folderOf(project, options));
  const backbone = await stage.slot.open(project.load());
  try {
    return await trainOn({ project, stage, backbone, earlier, options, report });
  } finally {
    await backbone.close();
  }
}

/** Samples above which an interval is made of fewer resamples: it would take longer than the training. */
const MANY = 5_000;

interface Training {
  readonly project: Project;
  readonly stage: { readonly name: string; readonly plugin: string };
  readonly backbone: FrozenBackbone;
  readonly earlier: Earlier | undefined;
  readonly options: TrainOptions;
  readonly report: TrainReport;
}

async function trainOn({ project, stage, backbone, earlier, options, report }: Training): Promise<Run> {
  const problems: DataProblem[] = [];
  const problem = (one: DataProblem): void => {
    problems.push(one);
    project.log.warn(`${one.where}: ${one.message}`);
  };
  const meter = (name: string, total?: number) => report.progress?.(name, total);
  const read = (data: string, split?: string) =>
    collect(
      {
        data,
        group: options.group,
        split,
        prefer: 'train',
        where: options.where,
        except: options.except,
        cwd: options.cwd,
      },
      { project, backbone, problem, progress: (total) => meter('features', total) },
    );

  const fresh = await read(options.data, options.split);
  const dir = folderOf(project, options);
  const table = await withReplay(fresh.table, { options, earlier, dir, backbone, read });
  const { rows, dimension } = table;
  const classes = classesOf(
    rows.map(({ label }) => label),
    project.task,
    options.positive,
  );
  if (earlier) checkEarlier(earlier, { identity: backbone.identity, dimension, classes: classes.names });

  if (earlier && !earlier.seen) {
    const message =
      'What this head was trained on is not known: where it has seen these pictures, the figures flatter.';
    problem({ where: earlier.from, code: 'SV_TRAIN_DATA', message });
  }

  const settings = headSettings(options);
  const ctx: FitContext = {
    table,
    classes,
    settings,
    groups: options.groupWeights ?? 'sqrt',
    folds: options.innerFolds ?? (options.folds || DEFAULT_FOLDS),
    from: earlier?.weights,
    signal: project.signal,
    open: project.load().open,
  };
  const all = [...rows.keys()];
  const training = meter('heads');
  const heldOut = await holdOut(ctx, options.folds, training).finally(() => training?.stop());
  const fitted = await fitHead(ctx, all);

  const estimate = { resamples: options.rounds ?? (rows.length > MANY ? 500 : 2_000), seed: settings.seed ?? 0 };
  const honest = earlier ? unseen(rows, earlier) : all;
  const judgedHonestly = new Set(honest);
  const itself = await probabilities(fitted.head, table, all, classes.names.length);
  const judgedBefore = async (from: Earlier): Promise<Run['earlier']> => {
    if (honest.length === 0) return null;
    const features = gather(table.features, dimension, honest);
    const said = await runHead(ctx.open, from.file, features, dimension, classes.names.length);
    const chosen = honest.map((i) => rows[i] as (typeof rows)[number]);
    return { from: from.from, figures: figuresOf({ rows: chosen, probabilities: said, classes }, estimate) };
  };
  const { run, head } = recordRun({
    project,
    stage,
    backbone,
    options,
    classes,
    data: describeData(fresh, table, problems),
    fitted,
    heldOut: heldOut ? heldOutFigures({ rows, heldOut, classes, honest, estimate }) : null,
    itself: figuresOf({ rows, probabilities: itself, classes }),
    earlier: earlier ? await judgedBefore(earlier) : null,
  });
  project.signal.throwIfAborted();
  await writeRunFolder(resolve(dir, options.out), {
    run,
    head,
    features: table.features,
    data: rows.map((row, i) => ({ ...row, ...heldOutOf(heldOut, i, classes, judgedHonestly) })),
    seen: earlier?.seen ?? [],
  });
  return run;
}

const folderOf = (project: Project, { cwd }: TrainOptions): string => cwd ?? project.dir;

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, createProject, type DataFormat, definePlugin, type Project } from '@streetvision/core';
import { data } from '@streetvision/plugin-data';
import { dinov3 } from '@streetvision/plugin-dinov3';
import {
  type Run,
  readData,
  readTable,
  recordDataset,
  type Table,
  type TrainOptions,
  train,
} from '@streetvision/plugin-learn';
import { roadwork } from '@streetvision/task-roadwork';
import type { Sample } from '../data/samples.js';
import { orangePixels } from '../evaluate/orange-pixels.js';

export interface BenchOptions {
  /** Folder for runs. */
  readonly work: string;
  /** Folder with `labels.csv`. */
  readonly images: string;
  /** Model folders by the names of their stages; `orange-pixels` is always there. */
  readonly backbones: Readonly<Record<string, string>>;
  /** Folder that keeps embeddings. @default one in `work` */
  readonly cache?: string | undefined;
  /** Only these pictures. @default those of `labels.csv` */
  readonly samples?: readonly Sample[];
  /** How every head is trained. */
  readonly training?: Partial<TrainOptions>;
}

/** A run of `sv train`, and what its held-out heads said. */
export interface Trained {
  readonly run: Run;
  readonly folder: string;
  /** P(roadwork) for every sample; NaN where it was not trained on. */
  readonly heldOut: Float64Array;
}

/** Several stages over the same pictures, trained by the same code as any user's. */
export interface Bench {
  train(stage: string, samples: readonly Sample[], changes?: Partial<TrainOptions>): Promise<Trained>;
  /** Embeddings of the pictures that are trained on. */
  features(stage: string): Promise<Table>;
  describe(stage: string): Promise<{ readonly id: string; readonly width: number; readonly height: number }>;
  /** Of the stage's backbone, hex. */
  sha256(stage: string): Promise<string>;
  close(): Promise<void>;
}

const log = createLogger({ level: 'error' });

// One thread: sums are then always added in the same order, and two runs give the same bytes.
const engine = { providers: ['cpu'], workers: 2, threads: 1 } as const;

export async function openBench({ work, images, backbones, cache, samples, training }: BenchOptions): Promise<Bench> {
  const dir = cache ?? join(work, 'cache');
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [
        data(),
        orangePixels(),
        definePlugin({ name: 'chosen-pictures', api: '^1', formats: samples ? [listed(images, samples)] : [] }),
        ...Object.entries(backbones).map(([name, folder]) =>
          dinov3({ name, backbone: `file:${folder}`, cache: { dir } }),
        ),
      ],
      cascade: [{ run: 'orange-pixels' }],
      engine,
    },
    { cwd: work, log },
  );
  const labels = samples ? 'chosen:pictures' : join(images, 'labels.csv');
  const run = (stage: string, changes: Partial<TrainOptions> = {}) =>
    // Figures with intervals are made of what the heads said, not of every run.
    train(project, { data: labels, out: stage, rounds: 1, ...training, ...changes, stage });
  return {
    async train(stage, samples, changes = {}) {
      const folder = join(work, changes.out ?? stage);
      const made = await run(stage, changes);
      const said = new Map((await readData(folder)).map(({ id, heldOut }) => [id, heldOut ?? Number.NaN]));
      return { run: made, folder, heldOut: Float64Array.from(samples, ({ file }) => said.get(file) ?? Number.NaN) };
    },
    async features(stage) {
      const { head } = await run(stage, { folds: 0, c: 1 });
      return readTable(join(work, stage), head);
    },
    describe: (stage) => identityOf(project, stage, ({ id, width, height }) => ({ id, width, height })),
    sha256: (stage) => identityOf(project, stage, ({ sha256 }) => sha256),
    close: () => project.close(),
  };
}

/** Some pictures of a folder, as a dataset. */
function listed(images: string, samples: readonly Sample[]): DataFormat {
  const { classes, positive } = roadwork();
  const negative = classes.find((name) => name !== positive) as string;
  return {
    name: 'chosen',
    description: 'some pictures of a folder',
    open: (name) => ({
      name,
      count: samples.length,
      async *samples() {
        for (const { file, positive: is, group, source } of samples) {
          const read = () => readFile(join(images, file));
          yield { id: file, label: is ? positive : negative, group, source, meta: {}, read };
        }
      },
    }),
  };
}

interface Identity {
  readonly id: string;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

async function identityOf<T>(project: Project, stage: string, of: (identity: Identity) => T): Promise<T> {
  const backbone = await project.stage(stage).stage.head?.open(project.load());
  if (!backbone) throw new Error(`Stage ${stage} has no backbone.`);
  await backbone.close();
  const { backbone: model, preprocessing } = backbone.identity as {
    backbone: { id: string; sha256: string };
    preprocessing: { width: number; height: number };
  };
  return of({ ...model, width: preprocessing.width, height: preprocessing.height });
}

export interface AnswerOptions {
  readonly work: string;
  readonly images: string;
  /** Model folder with a head in it. */
  readonly model: string;
  readonly samples: readonly Sample[];
}

/** What a cascade of the model alone says of every sample, recorded as `sv eval` does. */
export async function answers({ work, images, model, samples }: AnswerOptions): Promise<Float64Array> {
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [
        data(),
        dinov3({ name: 'starter', backbone: `file:${model}`, head: `file:${join(model, 'head.onnx')}` }),
      ],
      cascade: [{ run: 'starter' }],
      engine,
    },
    { cwd: work, log },
  );
  try {
    const dataset = await project.dataset(join(images, 'labels.csv'));
    const { frames } = await recordDataset(project, dataset, { out: join(work, 'answers.jsonl'), concurrency: 4 });
    const said = new Map(
      frames.map(({ id, answers: { starter } }) => [id, starter && 'score' in starter ? starter.score : Number.NaN]),
    );
    return Float64Array.from(samples, ({ file }) => said.get(file) ?? Number.NaN);
  } finally {
    await project.close();
  }
}

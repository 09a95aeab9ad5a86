import { defineConfig, logOdds, mean, window } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';

/** A stage of the demonstration: its backbone, and a head that saw nothing of the clip it will judge. */
export interface Judge {
  readonly backbone: string;
  readonly head: string;
}

export type StageName = 'starter' | 'resnet50';

export type Judges = (stage: StageName) => Judge;

export type Window = readonly [low: number, high: number];

/** One way to answer. */
export interface Variant {
  readonly name: string;
  /** What it may run. */
  readonly stages: readonly StageName[];
  config(judges: Judges): ReturnType<typeof defineConfig>;
}

function stage(name: StageName, judges: Judges) {
  const { backbone, head } = judges(name);
  return dinov3({ name, backbone: `file:${backbone}`, head: `file:${head}`, maxBatch: 1 });
}

// One picture at a time: its time is then the time of its stages, not of its neighbours.
const common = { task: roadwork(), budget: { concurrency: 1 } };

/** What a cascade is held against: each stage alone, and both for every picture. */
const ALWAYS: readonly Variant[] = [
  {
    name: 'starter alone',
    stages: ['starter'],
    config: (judges) => defineConfig({ ...common, plugins: [stage('starter', judges)], cascade: [{ run: 'starter' }] }),
  },
  {
    name: 'ResNet-50 alone',
    stages: ['resnet50'],
    config: (judges) =>
      defineConfig({ ...common, plugins: [stage('resnet50', judges)], cascade: [{ run: 'resnet50' }] }),
  },
  {
    name: 'both, always',
    stages: ['starter', 'resnet50'],
    config: (judges) =>
      defineConfig({
        ...common,
        plugins: [stage('starter', judges), stage('resnet50', judges)],
        cascade: [{ run: 'starter' }, { run: 'resnet50', fuse: logOdds({ over: 'all' }) }],
      }),
  },
];

/** Names of those that every variant is compared with. */
export const RIVALS: readonly string[] = ALWAYS.map(({ name }) => name);

/** The starter answers outside the window; inside, ResNet-50 joins in, or answers in its place. */
const cascade = ([low, high]: Window, fuse: 'both' | 'resnet50'): Variant => ({
  name: `cascade (${low}, ${high})${fuse === 'both' ? '' : ', ResNet-50 decides'}`,
  stages: ['starter', 'resnet50'],
  config: (judges) =>
    defineConfig({
      ...common,
      plugins: [stage('starter', judges), stage('resnet50', judges)],
      cascade: [
        { run: 'starter', exit: window(low, high) },
        { run: 'resnet50', fuse: fuse === 'both' ? logOdds({ over: 'all' }) : mean() },
      ],
    }),
});

/** Every variant; the windows are chosen before any figure is seen. */
export function variants(
  windows: readonly Window[] = [
    [0.1, 0.9],
    [0.2, 0.8],
    [0.3, 0.7],
  ],
): Variant[] {
  return [...ALWAYS, ...windows.flatMap((w) => [cascade(w, 'both'), cascade(w, 'resnet50')])];
}

import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { PREPROCESSING_VERSION, type Project, type StageIdentity, SvError } from '@streetvision/core';
import { asked } from './strip.js';
import type { RecordingHeader } from './types.js';

/** What a recording that is made now is made of. */
export function headerOf(
  project: Project,
  stages: readonly StageIdentity[],
  data: string,
  concurrency: number,
): RecordingHeader {
  const { task } = project;
  return {
    version: 1,
    task: task ? { name: task.name, classes: task.classes, positive: task.positive } : null,
    steps: asked(project.cascade).map(({ run }) => (typeof run === 'string' ? [run] : run)),
    stages: [...stages].sort((a, b) => (a.stage < b.stage ? -1 : 1)),
    data: { name: data },
    made: {
      date: new Date().toISOString(),
      concurrency,
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      preprocessing: PREPROCESSING_VERSION,
    },
  };
}

/** Where answers are kept when nobody names a file: another model, task or cascade has another one. */
export async function defaultFile(project: Project, header: RecordingHeader): Promise<string> {
  const folder = await project.load().cacheDir('learn/recordings');
  const key = createHash('sha256').update(JSON.stringify([project.dir, header.data.name, bindings(header)]));
  return join(folder, `${key.digest('hex').slice(0, 24)}.jsonl`);
}

/** What answers depend on. */
const bindings = ({ version, task, steps, stages, made }: RecordingHeader) => [
  version,
  task && [task.classes, task.positive],
  steps,
  stages.map(({ stage, sha256 }) => [stage, sha256]),
  made?.preprocessing ?? null,
  made?.concurrency ?? null,
];

/** Throws `SV_RUN_INVALID` where a recording cannot go on with this project. */
export function checkSame(earlier: RecordingHeader, now: RecordingHeader, file: string): void {
  const [, ...before] = bindings(earlier);
  const [, ...after] = bindings(now);
  const names = [
    'another task',
    'another cascade',
    'other models',
    'another way from pictures to tensors',
    'another concurrency',
  ];
  const differs = names.filter((_, i) => JSON.stringify(before[i]) !== JSON.stringify(after[i]));
  if (differs.length === 0) return;
  throw new SvError('SV_RUN_INVALID', `The recording \`${file}\` was made with ${differs.join(' and ')}.`, {
    fix: 'Name another file, or delete this one to record again.',
  });
}

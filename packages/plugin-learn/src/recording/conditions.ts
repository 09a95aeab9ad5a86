import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { type ImageLimits, PREPROCESSING_VERSION, type Project, type StageIdentity, SvError } from '@streetvision/core';
import { configOf } from './fingerprint.js';
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
    config: configOf(project),
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
  const key = createHash('sha256').update(JSON.stringify([2, project.dir, bindings(header)]));
  return join(folder, `${key.digest('hex').slice(0, 24)}.jsonl`);
}

/** What answers depend on. */
const bindings = ({ task, steps, stages, data, config, made }: RecordingHeader): Record<string, unknown> => ({
  'of other data': data.name,
  'with another task': task && [task.classes, task.positive],
  'with another cascade': steps,
  'with other models': stages.map(({ stage, sha256 }) => [stage, sha256]),
  'with other plugins or hooks': config?.plugins ?? null,
  'with other limits of pictures': limitsOf(config?.images),
  'with other timeouts or conditions of steps': config?.steps ?? null,
  'with another way from pictures to tensors': made?.preprocessing ?? null,
  'with another concurrency': made?.concurrency ?? null,
});

/** In one order, whatever the config has. */
const limitsOf = (images: ImageLimits | null | undefined) => Object.entries(images ?? {}).sort();

/** Throws `SV_RUN_INVALID` where a recording cannot go on with this project. */
export function checkSame(earlier: RecordingHeader, now: RecordingHeader, file: string): void {
  const before = bindings(earlier);
  const after = bindings(now);
  const differs = Object.keys(after).filter((what) => JSON.stringify(before[what]) !== JSON.stringify(after[what]));
  if (differs.length === 0) return;
  throw new SvError('SV_RUN_INVALID', `The recording \`${file}\` was made ${differs.join(' and ')}.`, {
    fix: 'Name another file, or delete this one to record again.',
  });
}

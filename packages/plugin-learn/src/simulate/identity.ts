import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type ExitRule,
  type FuseRule,
  type HookName,
  PREPROCESSING_VERSION,
  type Project,
  type Runtime,
} from '@streetvision/core';
import { pluginPrint } from '../recording/fingerprint.js';

/** What is done to pictures before they are sent. */
export interface AnswersOf {
  readonly augmentation: string;
  readonly seed: number;
}

/** All that an answer passes through; `onResult` only observes. */
const HOOKS: readonly HookName[] = ['preprocess', 'stage', 'fuse', 'exit', 'postprocess'];

/**
 * Names what answers of a cascade depend on, hex: models, steps, plugins and their hooks as far as they can be written
 * down, what the files of rules hold, and what is done to the pictures.
 */
export async function identityOf(project: Project, runtime: Runtime, of: AnswersOf): Promise<string> {
  const { config, task, plugins, cascade, dir } = project;
  const plain = (_key: string, value: unknown) => (typeof value === 'function' ? String(value) : value);
  const rules = cascade.flatMap(({ exit, fuse }): (ExitRule | FuseRule)[] => [exit ?? [], fuse ?? []].flat());
  const about = [
    runtime.stages.map(({ stage, sha256 }) => [stage, sha256]),
    task,
    config.cascade,
    cascade,
    await Promise.all(rules.map(({ reads }) => hashOf(reads, dir))),
    plugins.map((plugin) => pluginPrint(plugin, HOOKS)),
    config.budget,
    config.images,
    PREPROCESSING_VERSION,
    of,
  ];
  return createHash('sha256').update(JSON.stringify(about, plain)).digest('hex');
}

/** The runtime has read the file: it is there. */
const hashOf = async (file: string | undefined, dir: string) =>
  file === undefined
    ? null
    : createHash('sha256')
        .update(await readFile(resolve(dir, file)))
        .digest('hex');

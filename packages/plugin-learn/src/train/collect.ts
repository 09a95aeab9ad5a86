import { createHash } from 'node:crypto';
import type { DataProblem, FrozenBackbone, Meter, Project } from '@streetvision/core';
import { computeFeatures } from '../features/compute.js';
import { joinGroups, refuseSharedPictures } from '../features/same-pictures.js';
import { type ListOptions, listSamples } from '../features/samples.js';
import type { Row, Table } from './table.js';

export interface CollectOptions extends ListOptions {
  readonly data: string;
  readonly group?: string | undefined;
  readonly cwd?: string | undefined;
}

export interface CollectContext {
  readonly project: Project;
  readonly backbone: FrozenBackbone;
  readonly problem: (problem: DataProblem) => void;
  /** How far the features are; called with the number of samples once it is known. */
  readonly progress?: (total: number) => Meter | undefined;
}

/** A dataset with features, and what is known of it. */
export interface Collected {
  readonly name: string;
  readonly table: Table;
  readonly split: string | null;
  readonly unlabelled: number;
}

/**
 * Goes through a dataset and computes features of what can be used. Throws `SV_DATA_*`, `SV_TRAIN_DATA`, and what the
 * backbone throws.
 */
export async function collect(options: CollectOptions, ctx: CollectContext): Promise<Collected> {
  const { project, backbone, problem } = ctx;
  const dataset = await project.dataset(options.data, {
    group: options.group,
    problem,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const list = await listSamples(dataset, options, problem);
  const meter = ctx.progress?.(list.samples.length);
  const computed = await computeFeatures(backbone, list.samples, {
    stack: project.stack,
    signal: project.signal,
    limits: project.config.images,
    problem,
    ...(meter && { step: (failed) => meter.step(failed) }),
  }).finally(() => meter?.stop());
  const { samples, hashes, features, dimension } = computed;
  await refuseSharedPictures(samples, hashes, list.others, { signal: project.signal, problem });
  const groups = joinGroups(samples, hashes, problem);
  const rows = samples.map(
    ({ id, label, source }, i): Row => ({
      id,
      label,
      group: groups[i] as string,
      source,
      sha256: hashes[i] as string,
    }),
  );
  return { name: dataset.name, table: { rows, features, dimension }, split: list.split, unlabelled: list.unlabelled };
}

/** Names the data: over id, label, group and picture of every sample, in order, hex. */
export function hashRows(rows: readonly Row[]): string {
  const all = createHash('sha256');
  for (const { id, label, group, sha256 } of rows) all.update(`${JSON.stringify([id, label, group, sha256])}\n`);
  return all.digest('hex');
}

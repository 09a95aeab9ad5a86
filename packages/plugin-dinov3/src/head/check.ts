import { SvError, type Task, type TensorSpec } from '@streetvision/core';
import type { BackboneFacts } from '../backbones/describe.js';
import { BACKBONES } from '../backbones/table.js';
import { type Feature, featureLength } from '../features/layout.js';
import type { Dinov3Options } from '../options.js';
import { compareSpecs, overrideSpec } from '../preprocessing.js';
import { howToTrain } from './how-to-train.js';
import type { HeadMetadata } from './metadata.js';

/** What a head is about to be run on. */
export interface HeadInput {
  /** The options as they were written, for the command that trains another. */
  readonly option: Pick<Dinov3Options, 'name' | 'backbone'>;
  /** Without the sha256 before the graph is there: then only names that cannot be the same model are told apart. */
  readonly backbone: { readonly id: string; readonly sha256?: string };
  readonly feature: Feature;
  readonly l2: boolean;
  readonly preprocessing: TensorSpec;
  /** Where the graph tells it before the first run. */
  readonly dimension: number | undefined;
}

/** What the options make of a backbone, before its graph is there. */
export function headInput(options: Dinov3Options, trained: HeadMetadata, facts: BackboneFacts): HeadInput {
  const feature = options.feature ?? trained.feature;
  return {
    option: options,
    backbone: { id: facts.id },
    feature,
    l2: options.l2 ?? trained.l2,
    preprocessing: overrideSpec(facts.preprocessing, options.preprocessing),
    dimension: facts.dimension && featureLength(facts.dimension, feature),
  };
}

/**
 * Refuses a head that was trained on something else, naming every difference and how to train another.
 * Throws `SV_HEAD_MISMATCH`.
 */
export function checkHead(head: string, trained: HeadMetadata, now: HeadInput, task: Task | undefined): void {
  const differences = headDifferences(trained, now, task);
  if (differences.length === 0) return;
  throw new SvError(
    'SV_HEAD_MISMATCH',
    `Head ${head} does not fit:\n${differences.map((line) => `  - ${line}`).join('\n')}\n`,
    { fix: howToTrain({ name: now.option.name, backbone: now.option.backbone, head }) },
  );
}

/** What a head was trained on that is otherwise now, a sentence each. */
export function headDifferences(trained: HeadMetadata, now: HeadInput, task: Task | undefined): readonly string[] {
  return [
    ...backboneDifference(trained, now),
    ...difference('feature', now.feature, trained.feature),
    ...difference('l2', now.l2, trained.l2),
    ...(now.dimension === undefined ? [] : difference('dimension', now.dimension, trained.dimension)),
    ...compareSpecs(now.preprocessing, trained.preprocessing).map(
      ([key, ours, theirs]) => `preprocessing ${key} is ${ours}, the head was trained with ${theirs}`,
    ),
    ...taskDifferences(trained, task),
  ];
}

function backboneDifference({ backbone }: HeadMetadata, now: HeadInput): string[] {
  const { id, sha256 } = now.backbone;
  if (sha256 === undefined) {
    return mayBeSame(id, backbone.id) ? [] : [`backbone is ${id}, the head was trained on ${backbone.id}`];
  }
  if (backbone.sha256 === sha256) return [];
  const short = (sha256: string) => sha256.slice(0, 12);
  const same = backbone.id === id ? ' (the same id, but another file: another dtype or export)' : '';
  return [
    `backbone is ${id} (sha256 ${short(sha256)}…), the head was trained on ${backbone.id} (sha256 ${short(backbone.sha256)}…)${same}`,
  ];
}

/** A name without an organisation is a folder's, which may hold any model; an export is the model that it is of. */
function mayBeSame(ours: string, theirs: string): boolean {
  if (!ours.includes('/') || !theirs.includes('/')) return true;
  const original = (id: string) => BACKBONES.find((entry) => entry.export === id)?.id ?? id;
  return original(ours) === original(theirs);
}

function difference(what: string, now: unknown, trained: unknown): string[] {
  return now === trained ? [] : [`${what} is ${now}, the head was trained on ${trained}`];
}

/** Where the classes of a head are not those of the task. */
export function taskDifferences(trained: HeadMetadata, task: Task | undefined): string[] {
  if (!task) return [];
  const list = (classes: readonly string[]) => [...classes].sort().join(', ');
  return [
    ...(list(task.classes) === list(trained.classes)
      ? []
      : [`task ${task.name} has the classes ${list(task.classes)}, the head knows ${list(trained.classes)}`]),
    ...(task.positive === trained.positive
      ? []
      : [`task ${task.name} calls ${task.positive} positive, the head was trained for ${trained.positive}`]),
  ];
}

import { createHash } from 'node:crypto';
import { type Dataset, type Project, type Sample, SvError, type Task } from '@streetvision/core';
import { choosePart } from '../parts/index.js';
import { type ChallengeSource, challengeSource, type Profile, SOURCES } from './profiles.js';
import type { Simulation } from './types.js';

/** A sample as a validator would have it. */
export interface Candidate {
  readonly sample: Sample;
  readonly label: 0 | 1;
  readonly source: ChallengeSource;
}

/**
 * The labelled samples to draw from. Throws `SV_TRAIN_OPTIONS` without a task of two classes, `SV_DATA_EMPTY`, `SV_DATA_SPLIT`,
 * `SV_TRAIN_DATA` where the profile's sources hold only one class.
 */
export async function populate(
  { task }: Pick<Project, 'task'>,
  dataset: Dataset,
  profile: Profile,
  options: { readonly split?: string; readonly sources?: Readonly<Record<string, ChallengeSource>> },
): Promise<Candidate[]> {
  const { positive } = twoClasses(task);
  const labelled: Sample[] = [];
  for await (const sample of dataset.samples()) if (sample.label !== null) labelled.push(sample);
  if (labelled.length === 0) {
    throw new SvError('SV_DATA_EMPTY', `${dataset.name} has no labelled sample.`, {
      fix: 'Check the path, and the column or folder names that say the label.',
    });
  }
  const { samples } = choosePart(labelled, { asked: options.split, usual: 'test', name: dataset.name });
  const candidates = samples.map((sample): Candidate => {
    const source = challengeSource(sample.source, options.sources);
    return { sample, label: sample.label === positive ? 1 : 0, source };
  });
  const used = candidates.filter(({ source }) => profile.shares[source] > 0);
  if (used.every(({ label }) => label === 1) || used.every(({ label }) => label === 0)) {
    throw new SvError(
      'SV_TRAIN_DATA',
      `${dataset.name} has ${used.length} samples that profile ${profile.name} would draw, of ${used.length ? 'one class' : 'no class'}.`,
      { fix: `Give samples of both classes; a source is mapped with --source name=${SOURCES.join('|')}.` },
    );
  }
  return candidates;
}

function twoClasses(task: Task | undefined): Task {
  if (task?.classes.length === 2) return task;
  throw new SvError('SV_TRAIN_OPTIONS', 'Subnet 72 asks for one probability: a task of two classes.', {
    fix: task ? `Task ${task.name} has ${task.classes.length} classes.` : 'Name a task in the config.',
  });
}

/** What the data has of the sources that a profile draws from. */
export function describeSources(
  candidates: readonly Pick<Candidate, 'source' | 'label'>[],
  { shares }: Profile,
): Simulation['sources'] {
  const count = (source: ChallengeSource, label?: 0 | 1) =>
    candidates.filter((one) => one.source === source && (label === undefined || one.label === label)).length;
  const pictures = Object.fromEntries(SOURCES.map((source) => [source, count(source)])) as Record<
    ChallengeSource,
    number
  >;
  const skipped = SOURCES.reduce((sum, source) => {
    if (source === 'api') return sum + (pictures.api === 0 ? shares.api : 0);
    const empty = ([0, 1] as const).filter((label) => count(source, label) === 0).length;
    return sum + (shares[source] * empty) / 2;
  }, 0);
  return {
    shares,
    pictures,
    missing: SOURCES.filter((source) => shares[source] > 0 && pictures[source] === 0),
    skipped,
  };
}

/**
 * Tells pictures and their forms apart, whatever order the data comes in.
 * @param picture hex sha256 of the encoded picture: under its name another one may lie tomorrow
 */
export const keyOf = (id: string, picture: string, form: number): string =>
  createHash('sha256')
    .update(JSON.stringify([id, picture, form]))
    .digest('hex')
    .slice(0, 32);

import { createHash } from 'node:crypto';
import { type StageIdentity, SvError } from '@streetvision/core';
import type { Recording } from '../recording/types.js';

/** What several stages said of labelled samples. */
export interface ScoreMatrix {
  readonly stages: readonly Pick<StageIdentity, 'stage' | 'sha256'>[];
  /** Of each sample, in the order of `stages`; `undefined` where a stage abstained or failed. */
  readonly scores: readonly (readonly (number | undefined)[])[];
  /** 1 for the positive class, else 0. */
  readonly truth: readonly number[];
  /** Near-duplicates share one. */
  readonly groups: readonly string[];
  readonly data: { readonly name: string; readonly sha256: string };
}

/**
 * The labelled frames of a recording of a task of two classes. Throws `SV_TRAIN_OPTIONS`, `SV_RUN_INVALID`.
 * @param stages in this order. @default all that were recorded
 */
export function scoreMatrix({ header, frames }: Recording, stages?: readonly string[]): ScoreMatrix {
  const { task } = header;
  if (task?.classes.length !== 2) {
    throw new SvError('SV_TRAIN_OPTIONS', 'An ensemble is learned for a task of two classes.', {
      fix: task ? `The task has ${task.classes.length}: fuse with logOdds().` : 'Name a task in the config.',
    });
  }
  const names = stages ?? header.stages.map(({ stage }) => stage);
  const identities = names.map((name) => {
    const identity = header.stages.find(({ stage }) => stage === name);
    if (identity) return { stage: name, sha256: identity.sha256 };
    const recorded = header.stages.map(({ stage }) => stage).join(', ');
    throw new SvError('SV_RUN_INVALID', `The recording has no stage \`${name}\`; it has ${recorded}.`);
  });
  const labelled = frames.filter(({ label }) => label !== null);
  const hash = createHash('sha256');
  for (const { sha256, label } of labelled) hash.update(`${sha256} ${label}\n`);
  return {
    stages: identities,
    scores: labelled.map(({ answers }) =>
      names.map((name) => {
        const answer = answers[name];
        return answer && 'score' in answer && !answer.abstained ? answer.score : undefined;
      }),
    ),
    truth: labelled.map(({ label }) => Number(label === task.positive)),
    groups: labelled.map(({ group }) => group),
    data: { name: header.data.name, sha256: hash.digest('hex') },
  };
}

/** The samples that some stage answered for. */
export function answered(matrix: ScoreMatrix): ScoreMatrix {
  return rowsOf(
    matrix,
    matrix.scores.flatMap((row, i) => (row.some((score) => score !== undefined) ? [i] : [])),
  );
}

/** Some of the samples. */
export function rowsOf(matrix: ScoreMatrix, rows: readonly number[]): ScoreMatrix {
  return {
    ...matrix,
    scores: rows.map((i) => matrix.scores[i] as ScoreMatrix['scores'][number]),
    truth: rows.map((i) => matrix.truth[i] as number),
    groups: rows.map((i) => matrix.groups[i] as string),
  };
}

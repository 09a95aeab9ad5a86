import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrozenBackbone, Project } from '@streetvision/core';
import { addMetadata } from '@streetvision/onnx';
import { computeFeatures } from '../../features/compute.js';
import * as metrics from '../../metrics/index.js';
import type { Metrics } from '../../metrics/types.js';
import { runHead } from '../run-head.js';
import type { Reference } from './check-model.js';
import { invalid } from './files.js';
import type { Job, JobLine } from './types.js';

export interface HeadToCheck {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly folder: string;
  readonly job: Job;
  readonly lines: readonly JobLine[];
  readonly reference: Reference | undefined;
}

const TOLERANCE = 1e-3;

/** Runs a head that came back on the checks and the validation pictures, and gives it its metadata. Throws `SV_RUN_INVALID`. */
export async function checkHead(
  project: Project,
  backbone: FrozenBackbone,
  { path, bytes, folder, job, lines, reference }: HeadToCheck,
): Promise<{ bytes: Uint8Array; dimension: number; difference: number | null; validation: Metrics | null }> {
  const held = lines.filter(({ id, split }) => split === 'validation' || job.checks.includes(id));
  const samples = held.map((line) => ({ ...line, meta: {}, read: () => readFile(join(folder, line.file)) }));
  const {
    features,
    dimension,
    samples: read,
  } = await computeFeatures(backbone, samples, {
    stack: project.stack,
    signal: project.signal,
    limits: project.config.images,
    problem: ({ where, message }) => {
      throw invalid(`Picture ${where} of the job cannot be read: ${message}`);
    },
  });
  const width = job.classes.length;
  const said = await runHead(project.load().open, path, features, dimension, width);
  const at = job.classes.indexOf(job.positive);
  const scores = read.map((_, i) => said[i * width + at] as number);
  const bad = said.find((p) => !(p >= -1e-4 && p <= 1 + 1e-4));
  if (bad !== undefined)
    throw invalid(`head.onnx answers a probability of ${bad}: it must end in a sigmoid or softmax.`);
  let difference: number | null = null;
  for (const [i, { id }] of read.entries()) {
    const theirs = reference?.probability?.[id];
    if (theirs === undefined) continue;
    const distance = Math.abs((scores[i] as number) - theirs);
    difference = Math.max(difference ?? 0, distance);
    if (distance <= TOLERANCE) continue;
    throw invalid(
      `head.onnx answers to ${id} otherwise than reference.json says, by ${distance.toPrecision(2)}; at most ${TOLERANCE} is allowed.`,
    );
  }
  const judged = [...read.keys()].filter((i) => read[i]?.split === 'validation');
  const validation =
    judged.length === 0
      ? null
      : metrics.summarise({
          scores: judged.map((i) => Math.min(1, Math.max(0, scores[i] as number))),
          truth: judged.map((i) => Number(read[i]?.label === job.positive)),
        });
  const metadata = backbone.headMetadata({
    dimension,
    classes: job.classes as [string, string, ...string[]],
    positive: job.positive,
    trained: { data: job.data.sha256, n: job.n, groups: job.data.groups, kind: 'imported' },
  });
  return { bytes: addMetadata(bytes, metadata), dimension, difference, validation };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFrame, type Frame, type Project, type Session, type Tensor } from '@streetvision/core';
import * as metrics from '../../metrics/index.js';
import type { Metrics } from '../../metrics/types.js';
import { invalid } from './files.js';
import type { Job, JobLine } from './types.js';

/** How far an answer may be from the trainer's, and from itself in another batch; embeddings in units of their size. */
const TOLERANCE = 1e-3;
const BATCH = 8;

export interface CheckedModel {
  readonly dimension: number;
  readonly difference: number | null;
  readonly validation: Metrics | null;
}

/** What the trainer says that its model answers to the checks. */
export interface Reference {
  readonly embedding?: Readonly<Record<string, readonly number[]>>;
  readonly probability?: Readonly<Record<string, number>>;
}

/** Runs a model that came back, and compares. Throws `SV_RUN_INVALID` where it keeps not to the contract, `SV_ENGINE_*`. */
export async function checkModel(
  project: Project,
  path: string,
  folder: string,
  job: Job,
  lines: readonly JobLine[],
  reference: Reference | undefined,
): Promise<CheckedModel> {
  const session = await project.load().open(path);
  try {
    checkShapes(session, job);
    const { height, width } = job.preprocessing;
    const size = 3 * height * width;
    const bytes = await readFile(join(folder, 'checks', 'inputs.f32'));
    const inputs = new Float32Array(new Uint8Array(bytes).buffer);
    const ask = (from: number, to: number) =>
      run(session, job, {
        type: 'float32',
        data: inputs.slice(from * size, to * size),
        dims: [to - from, 3, height, width],
      });
    const together = await ask(0, job.checks.length);
    const { dimension } = together;
    for (const at of job.checks.keys()) {
      const alone = await ask(at, at + 1);
      const distance = apart(alone.embedding, together.embedding.subarray(at * dimension, (at + 1) * dimension));
      if (distance > TOLERANCE) {
        throw invalid(
          `model.onnx answers otherwise alone than in a batch (${job.checks[at]}, by ${distance.toPrecision(2)}): it was exported in training mode.`,
        );
      }
    }
    const difference = reference ? compare(job, together, reference) : null;
    const validation = together.positive ? await judge(project, session, folder, job, lines) : null;
    return { dimension, difference, validation };
  } finally {
    await session.close();
  }
}

interface Answers {
  readonly dimension: number;
  readonly embedding: Float32Array;
  /** P(positive) of each. */
  readonly positive: readonly number[] | undefined;
}

function checkShapes(session: Session, { preprocessing: { height, width } }: Job): void {
  const [input] = session.inputs;
  const shape = [3, height, width];
  const fits =
    session.inputs.length === 1 &&
    input?.name === 'pixel_values' &&
    input.type === 'float32' &&
    input.dims.length === 4 &&
    typeof input.dims[0] !== 'number' &&
    shape.every((side, i) => typeof input.dims[i + 1] !== 'number' || input.dims[i + 1] === side);
  if (!fits) {
    const found = session.inputs.map(({ name, type, dims }) => `${name} ${type} [${dims.join(', ')}]`).join(', ');
    throw invalid(
      `model.onnx takes ${found}, expected pixel_values float32 [batch, ${shape.join(', ')}] with a free batch.`,
    );
  }
  if (!session.outputs.some(({ name }) => name === 'embedding')) {
    throw invalid(`model.onnx answers ${session.outputs.map(({ name }) => name).join(', ')}, expected \`embedding\`.`);
  }
}

async function run(session: Session, { classes, positive }: Job, input: Tensor): Promise<Answers> {
  const rows = input.dims[0] as number;
  const { embedding, probability } = await session.run({ pixel_values: input });
  if (embedding?.type !== 'float32' || embedding.dims.length !== 2 || embedding.dims[0] !== rows) {
    throw invalid(
      `model.onnx answers \`embedding\` as ${embedding?.type} [${embedding?.dims.join(', ')}], expected float32 [${rows}, D].`,
    );
  }
  const data = embedding.data as Float32Array;
  if (!data.every(Number.isFinite)) throw invalid('model.onnx answers embeddings that are not finite.');
  const dimension = embedding.dims[1] as number;
  if (!probability) return { dimension, embedding: data, positive: undefined };
  const width = probability.data.length / rows;
  if (width !== 1 && width !== classes.length) {
    throw invalid(
      `model.onnx answers \`probability\` of shape [${probability.dims.join(', ')}], expected [${rows}] or [${rows}, ${classes.length}].`,
    );
  }
  const at = width === 1 ? 0 : classes.indexOf(positive);
  const said = Array.from({ length: rows }, (_, i) => Number(probability.data[i * width + at]));
  const bad = said.find((p) => !(p >= -1e-4 && p <= 1 + 1e-4));
  if (bad !== undefined)
    throw invalid(`model.onnx answers a probability of ${bad}: it must end in a sigmoid or softmax.`);
  return { dimension, embedding: data, positive: said.map((p) => Math.min(1, Math.max(0, p))) };
}

/** Largest difference, in units of the larger of 1 and the largest number. */
function apart(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let scale = 1;
  for (let i = 0; i < ours.length; i++) {
    most = Math.max(most, Math.abs((ours[i] as number) - (theirs[i] as number)));
    scale = Math.max(scale, Math.abs(theirs[i] as number));
  }
  return most / scale;
}

function compare({ checks }: Job, answers: Answers, reference: Reference): number {
  const { dimension, embedding, positive } = answers;
  let most = 0;
  for (const [i, id] of checks.entries()) {
    const numbers = reference.embedding?.[id];
    const p = reference.probability?.[id];
    const distances = [
      ...(numbers ? [apart(embedding.subarray(i * dimension, (i + 1) * dimension), numbers)] : []),
      ...(p !== undefined && positive ? [Math.abs((positive[i] as number) - p)] : []),
    ];
    for (const distance of distances) {
      most = Math.max(most, distance);
      if (distance <= TOLERANCE) continue;
      throw invalid(
        `model.onnx answers to ${id} otherwise than reference.json says, by ${distance.toPrecision(2)}; at most ${TOLERANCE} is allowed.`,
      );
    }
  }
  return most;
}

async function judge(
  project: Project,
  session: Session,
  folder: string,
  job: Job,
  lines: readonly JobLine[],
): Promise<Metrics | null> {
  const held = lines.filter(({ split }) => split === 'validation');
  const scores: number[] = [];
  for (let from = 0; from < held.length; from += BATCH) {
    project.signal.throwIfAborted();
    const frames: Frame[] = await Promise.all(
      held
        .slice(from, from + BATCH)
        .map(async ({ id, file }) =>
          createFrame({ id, bytes: await readFile(join(folder, file)) }, project.config.images),
        ),
    );
    const { positive = [] } = await run(session, job, await project.stack(frames, job.preprocessing));
    scores.push(...positive);
  }
  if (held.length === 0) return null;
  return metrics.summarise({ scores, truth: held.map(({ label }) => Number(label === job.positive)) });
}

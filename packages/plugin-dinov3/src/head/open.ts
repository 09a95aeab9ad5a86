import {
  type EngineOptions,
  type LoadContext,
  type ModelFile,
  type Session,
  SvError,
  type Tensor,
} from '@streetvision/core';
import { fromHalf } from '../features/float16.js';
import { calibrate } from './calibration.js';
import type { HeadMetadata } from './metadata.js';

/** An open head. */
export interface Head {
  readonly metadata: HeadMetadata;
  /**
   * @param embeddings `[frames, dimension]`
   * @param masks further inputs, where the graph has some: `[frames, width]` each
   * @returns calibrated probabilities per frame, in the order of `classes`
   */
  classify(
    embeddings: Float32Array,
    frames: number,
    signal: AbortSignal,
    masks?: Readonly<Record<string, Tensor>>,
  ): Promise<readonly (readonly number[])[]>;
  close(): Promise<void>;
}

// A head is a few thousand multiplications: more threads only cost.
const SMALL: EngineOptions = { providers: ['cpu'], workers: 1, threads: 1 };

/** Opens a head whose metadata was checked. Throws `SV_HEAD_INVALID`, `SV_ENGINE_*`. */
export async function openHead(file: ModelFile, metadata: HeadMetadata, ctx: Pick<LoadContext, 'open'>): Promise<Head> {
  const session = await ctx.open(file.path, SMALL);
  try {
    checkGraph(file.path, session, metadata);
  } catch (error) {
    await session.close();
    throw error;
  }
  const { classes, positive, calibration, dimension } = metadata;
  const at = classes.indexOf(positive);
  return {
    metadata,
    async classify(embeddings, frames, signal, masks = {}) {
      const { probability } = await session.run(
        { embedding: { type: 'float32', data: embeddings, dims: [frames, dimension] }, ...masks },
        { outputs: ['probability'], signal },
      );
      return rowsOf(probability, frames, classes.length, at).map((row) => calibrate(row, calibration, at));
    },
    close: () => session.close(),
  };
}

function checkGraph(path: string, session: Session, { dimension }: HeadMetadata): void {
  const input = session.inputs.find((info) => info.name === 'embedding');
  const output = session.outputs.find((info) => info.name === 'probability');
  const width = input?.dims[1];
  const mistake = !input
    ? `has no input \`embedding\` (found ${session.inputs.map((info) => info.name).join(', ')})`
    : !output
      ? `has no output \`probability\` (found ${session.outputs.map((info) => info.name).join(', ')})`
      : input.type !== 'float32' || input.dims.length !== 2
        ? `takes \`embedding\` as ${input.type} [${input.dims.join(', ')}], expected float32 [batch, ${dimension}]`
        : typeof width === 'number' && width !== dimension
          ? `takes embeddings of length ${width}, but its metadata says ${dimension}`
          : undefined;
  if (mistake) throw new SvError('SV_HEAD_INVALID', `Head ${path} ${mistake}.`, { fix: 'Train or export it again.' });
}

function rowsOf(tensor: Tensor | undefined, frames: number, classes: number, positive: number): number[][] {
  const columns = tensor?.dims.length === 1 ? 1 : tensor?.dims[1];
  if (!tensor || tensor.dims[0] !== frames || tensor.dims.length > 2 || (columns !== 1 && columns !== classes)) {
    throw new SvError(
      'SV_HEAD_INVALID',
      `The head answered \`probability\` of shape [${tensor?.dims.join(', ') ?? ''}], expected [${frames}], [${frames}, 1] or [${frames}, ${classes}].`,
    );
  }
  if (columns === 1 && classes !== 2) {
    throw new SvError('SV_HEAD_INVALID', `The head answers one probability but has ${classes} classes.`);
  }
  const data = tensor.type === 'float16' ? fromHalf(tensor.data as Uint16Array) : tensor.data;
  return Array.from({ length: frames }, (_, n) => {
    const row =
      columns === 1
        ? [0, 1].map((i) => (i === positive ? Number(data[n]) : 1 - Number(data[n])))
        : Array.from({ length: classes }, (_, i) => Number(data[n * classes + i]));
    return checkProbabilities(row);
  });
}

/** Rounding of float32 may leave 1.0000001; anything further off is not a probability. */
function checkProbabilities(row: number[]): number[] {
  const sum = row.reduce((total, p) => total + p, 0);
  if (!row.every((p) => p >= -1e-4 && p <= 1 + 1e-4) || !(Math.abs(sum - 1) <= 1e-3)) {
    throw new SvError('SV_STAGE_OUTPUT', `The head answered [${row.join(', ')}], which are not probabilities.`, {
      fix: 'Its graph must end in a sigmoid or softmax.',
    });
  }
  return row.map((p) => Math.min(1, Math.max(0, p)));
}

import type { ImageLimits, Project, Sample } from '@streetvision/core';
import { createFrame, type DataProblem, type Frame, type FrozenBackbone, isSvError, SvError } from '@streetvision/core';

export interface ComputeContext {
  readonly stack: Project['stack'];
  readonly signal: AbortSignal;
  /** Bounds on pictures, of the config. */
  readonly limits?: ImageLimits | undefined;
  /** Told of each picture that cannot be used. */
  readonly problem: (problem: DataProblem) => void;
  /** Told of each sample that is done. */
  readonly step?: (failed: boolean) => void;
}

/** Features of the samples whose pictures could be read, in their order. */
export interface ComputedFeatures<S extends Sample> {
  readonly samples: readonly S[];
  /** sha256 of each picture, hex. */
  readonly hashes: readonly string[];
  /** `[samples, dimension]`, row-major. */
  readonly features: Float32Array;
  readonly dimension: number;
}

/**
 * One embedding per picture. Only features are held: pictures are read batch by batch, `parallel` batches and one more
 * at once, so that decoding overlaps with the backbone. What the backbone keeps in its cache is not computed again, so
 * a run that was interrupted goes on where it stopped.
 *
 * A picture that cannot be read is told to `problem` and left out. Throws `SV_DATA_EMPTY` where none is left,
 * `SV_TRAIN_DATA` where a feature is not finite, and what the backbone throws.
 */
export async function computeFeatures<S extends Sample>(
  backbone: FrozenBackbone,
  samples: readonly S[],
  ctx: ComputeContext,
): Promise<ComputedFeatures<S>> {
  let dimension = backbone.dimension;
  let features: Float32Array | undefined;
  const hashes = new Array<string | undefined>(samples.length);

  const keep = (at: number, frame: Frame, embedding: Float32Array): void => {
    dimension ??= embedding.length;
    features ??= new Float32Array(samples.length * dimension);
    checkEmbedding(frame.id, embedding, dimension);
    features.set(embedding, at * dimension);
    hashes[at] = frame.hash();
    ctx.step?.(false);
  };
  const fail = (sample: S, error: unknown): void => {
    if (!isSvError(error) || !/^SV_(IMAGE|INPUT|DATA)_/.test(error.code)) throw error;
    ctx.problem({ where: sample.id, code: error.code, message: error.message });
    ctx.step?.(true);
  };

  let next = 0;
  const work = async (): Promise<void> => {
    while (next < samples.length) {
      ctx.signal.throwIfAborted();
      const from = next;
      next = Math.min(samples.length, next + backbone.maxBatch);
      const batch = samples.slice(from, next).map((sample, i) => ({ sample, at: from + i }));
      const read = await Promise.all(
        batch.map(async ({ sample, at }) => {
          try {
            return [{ sample, at, frame: createFrame({ id: sample.id, bytes: await sample.read() }, ctx.limits) }];
          } catch (error) {
            fail(sample, error);
            return [];
          }
        }),
      );
      const frames = read.flat();
      if (frames.length === 0) continue;
      for (const { sample, at, frame, result } of await embedEach(backbone, frames, ctx)) {
        if (result instanceof Float32Array) keep(at, frame, result);
        else fail(sample, result.error);
      }
    }
  };
  await settle(Array.from({ length: backbone.parallel + 1 }, work));

  const kept = [...samples.keys()].filter((i) => hashes[i] !== undefined);
  if (!features || dimension === undefined || kept.length === 0) {
    throw new SvError('SV_DATA_EMPTY', `None of ${samples.length} pictures could be read.`, {
      fix: 'The lines above say why, picture by picture.',
    });
  }
  return {
    samples: kept.map((i) => samples[i] as S),
    hashes: kept.map((i) => hashes[i] as string),
    features: kept.length === samples.length ? features : gather(features, dimension, kept),
    dimension,
  };
}

interface ReadSample<S> {
  readonly sample: S;
  readonly at: number;
  readonly frame: Frame;
}

type Result = Float32Array | { readonly error: unknown };

/** A batch that fails because of one picture is gone through one by one, so that only that picture is lost. */
async function embedEach<S>(
  backbone: FrozenBackbone,
  batch: readonly ReadSample<S>[],
  ctx: Pick<ComputeContext, 'stack' | 'signal'>,
): Promise<readonly (ReadSample<S> & { result: Result })[]> {
  const frames = batch.map(({ frame }) => frame);
  try {
    const embeddings = await backbone.embed(frames, ctx);
    return batch.map((one, i) => ({ ...one, result: embeddings[i] as Float32Array }));
  } catch (error) {
    if (!isSvError(error) || !error.code.startsWith('SV_IMAGE_')) throw error;
    const [only] = batch;
    if (only && batch.length === 1) return [{ ...only, result: { error } }];
  }
  const each: (ReadSample<S> & { result: Result })[] = [];
  for (const one of batch) each.push(...(await embedEach(backbone, [one], ctx)));
  return each;
}

/** Waits for all, then throws the first failure: nothing goes on in the background. */
async function settle(all: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

function checkEmbedding(id: string, embedding: Float32Array, dimension: number): void {
  const bad = embedding.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SvError('SV_TRAIN_DATA', `Feature ${bad} of ${id} is ${embedding[bad]}.`, {
      fix: "A graph in half precision may overflow: take dtype 'fp32'.",
    });
  }
  if (embedding.length !== dimension) {
    throw new SvError('SV_TRAIN_DATA', `${id} has ${embedding.length} features, the first picture has ${dimension}.`);
  }
}

/** Some rows of a table. */
export function gather(features: Float32Array, dimension: number, rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) {
    out.set(features.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  }
  return out;
}

import {
  type Frame,
  type LoadContext,
  recycle,
  type Session,
  type StageContext,
  SvError,
  type Tensor,
  type TensorSpec,
} from '@streetvision/core';
import { normaliseRows, planFeature } from '../features/extract.js';
import { toHalf } from '../features/float16.js';
import { type Feature, featureLength } from '../features/layout.js';
import type { BackboneOptions } from '../options.js';
import { fullSpec, overrideSpec } from '../preprocessing.js';
import { type BackboneFiles, fetchBackbone } from './files.js';

/** A frozen backbone, open and ready to embed frames. */
export interface Backbone {
  readonly id: string;
  /** Of the model files, hex. */
  readonly sha256: string;
  readonly feature: Feature;
  readonly l2: boolean;
  readonly preprocessing: TensorSpec;
  /** Length of an embedding, where the graph tells it before the first run. */
  readonly dimension: number | undefined;
  readonly parallel: number;
  /** @returns one embedding per frame, in order. Throws `SV_IMAGE_*`, `SV_ENGINE_*`, `SV_STAGE_OUTPUT`. */
  embed(frames: readonly Frame[], ctx: Pick<StageContext, 'stack' | 'signal'>): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Fetches, verifies and opens a backbone. What trains a head calls this too, so that both see the same features.
 * Throws `SV_BACKBONE_*`, `SV_MODEL_*`, `SV_ENGINE_*`, `SV_CONFIG_INVALID`.
 *
 * @example
 * const backbone = await openBackbone({ backbone: './models/resnet50', feature: 'pooler' }, ctx);
 * const [embedding] = await backbone.embed([frame], stageContext);
 */
export async function openBackbone(
  options: BackboneOptions,
  ctx: Pick<LoadContext, 'model' | 'open'>,
): Promise<Backbone> {
  return openFiles(await fetchBackbone(options.backbone, options.dtype ?? 'fp32', ctx), options, ctx);
}

/** Opens a backbone whose files are there. */
export async function openFiles(
  files: BackboneFiles,
  options: Omit<BackboneOptions, 'backbone' | 'dtype'>,
  ctx: Pick<LoadContext, 'open'>,
): Promise<Backbone> {
  const session = await ctx.open(files.path, options.engine);
  try {
    return useSession(options, files, session);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function useSession(
  options: Omit<BackboneOptions, 'backbone' | 'dtype'>,
  files: BackboneFiles,
  session: Session,
): Backbone {
  const { id, sha256, layout } = files;
  const preprocessing = overrideSpec(files.preprocessing, options.preprocessing);
  const input = checkInput(session, preprocessing, id);
  const feature = options.feature ?? (layout.cls ? 'cls' : 'pooler');
  const l2 = options.l2 ?? false;
  const plan = planFeature(feature, layout, session.outputs, id);
  checkDimension(files, feature, plan.dimension);

  async function embedBatch(frames: readonly Frame[], ctx: Pick<StageContext, 'stack' | 'signal'>) {
    const tensor = await ctx.stack(frames, preprocessing);
    const feed = input.type === 'float16' ? halved(tensor) : tensor;
    const outputs = await session.run({ [input.name]: feed }, { outputs: plan.outputs, signal: ctx.signal });
    const rows = plan.read(outputs, frames.length);
    const dimension = rows.length / frames.length;
    if (l2) normaliseRows(rows, dimension);
    return frames.map((frame, i) => {
      const embedding = rows.slice(i * dimension, (i + 1) * dimension);
      checkFinite(embedding, frame, id);
      return embedding;
    });
  }

  return {
    id,
    sha256,
    feature,
    l2,
    preprocessing,
    dimension: plan.dimension,
    parallel: session.parallel,
    async embed(frames, ctx) {
      if (frames.length === 0) return [];
      if (input.batch === undefined || input.batch === frames.length) return embedBatch(frames, ctx);
      const embeddings: Float32Array[] = [];
      for (const frame of frames) embeddings.push(...(await embedBatch([frame], ctx)));
      return embeddings;
    },
    close: () => session.close(),
  };
}

/** The engine gives back what it is sent; here that is the copy. */
function halved({ data, dims }: Tensor): Tensor {
  const half = toHalf(data as Float32Array);
  recycle(data as Float32Array);
  return { type: 'float16', data: half, dims };
}

/** The one picture input; `batch` is set where the graph takes no other batch size. */
function checkInput(session: Session, spec: TensorSpec, id: string) {
  const input = session.inputs.find((info) => info.name === 'pixel_values') ?? session.inputs[0];
  const { width, height, layout } = fullSpec(spec);
  const shape = layout === 'chw' ? [3, height, width] : [height, width, 3];
  const fits =
    input?.dims.length === 4 &&
    shape.every((side, i) => typeof input.dims[i + 1] !== 'number' || input.dims[i + 1] === side);
  const batch = input?.dims[0];
  if (!input || session.inputs.length > 1 || !fits || (typeof batch === 'number' && batch !== 1)) {
    const found = session.inputs.map((info) => `${info.name} [${info.dims.join(', ')}]`).join(', ');
    throw new SvError(
      'SV_MODEL_FOLDER',
      `Backbone ${id} takes ${found || 'no input'}; its preprocessing makes one input of shape [batch, ${shape.join(', ')}].`,
      {
        fix: 'Correct preprocessor_config.json or the `preprocessing` option, or export the graph again with a free batch.',
      },
    );
  }
  return { name: input.name, type: input.type, batch: typeof batch === 'number' ? batch : undefined };
}

function checkDimension(files: BackboneFiles, feature: Feature, dimension: number | undefined): void {
  if (files.dimension === undefined || dimension === undefined) return;
  const expected = featureLength(files.dimension, feature);
  if (dimension === expected) return;
  throw new SvError(
    'SV_MODEL_FOLDER',
    `Backbone ${files.id} gives ${dimension} features for \`${feature}\`, expected ${expected}.`,
    { fix: 'The export is of another model: give its folder instead.' },
  );
}

function checkFinite(embedding: Float32Array, frame: Frame, id: string): void {
  const at = embedding.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new SvError('SV_STAGE_OUTPUT', `Backbone ${id} gave ${embedding[at]} in the features of ${frame.id}.`, {
    fix: "If dtype is 'fp16' or 'q4f16', it overflowed: try dtype: 'fp32'.",
  });
}

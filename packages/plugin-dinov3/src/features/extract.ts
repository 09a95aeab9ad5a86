import { SvError, type Tensor, type TensorInfo } from '@streetvision/core';
import { fromHalf } from './float16.js';
import { FEATURES, type Feature, type FeatureLayout } from './layout.js';

/** How one feature is read from a graph. */
export interface FeaturePlan {
  /** Outputs to ask the session for. */
  readonly outputs: readonly string[];
  /** Length of the feature vector, where the graph tells. */
  readonly dimension: number | undefined;
  /** @returns `[batch, D]`, row by row */
  read(outputs: Readonly<Record<string, Tensor>>, batch: number): Float32Array;
}

interface Part {
  readonly output: TensorInfo;
  readonly kind: 'vector' | 'first row' | 'mean of rows' | 'mean of map';
}

/** Decides at load time where a feature comes from. Throws `SV_CONFIG_INVALID` where the backbone has no such feature. */
export function planFeature(
  feature: Feature,
  layout: FeatureLayout,
  graph: readonly TensorInfo[],
  id: string,
): FeaturePlan {
  const parts = partsOf(feature, layout, graph);
  if (!parts) {
    const offered = FEATURES.filter((other) => partsOf(other, layout, graph));
    throw new SvError('SV_CONFIG_INVALID', `Backbone ${id} has no feature \`${feature}\`.`, {
      fix: offered.length
        ? `It offers ${offered.map((name) => `\`${name}\``).join(', ')}.`
        : `None of its outputs (${graph.map((info) => info.name).join(', ')}) is \`${layout.outputs.tokens}\` or \`${layout.outputs.pooler}\`: name them in config.json: "streetvision": { "outputs": { "pooler": "…" } }.`,
    });
  }
  const skip = (layout.cls ? 1 : 0) + layout.registers;
  const widths = parts.map(({ output, kind }) => output.dims[kind === 'mean of map' ? 1 : output.dims.length - 1]);
  return {
    outputs: [...new Set(parts.map((part) => part.output.name))],
    dimension: widths.every((width) => typeof width === 'number')
      ? widths.reduce<number>((sum, width) => sum + (width as number), 0)
      : undefined,
    read(outputs, batch) {
      const vectors = parts.map((part) => readPart(part, outputs[part.output.name], batch, skip, id));
      return vectors.length === 1 ? (vectors[0] as Float32Array) : concatenateRows(vectors, batch);
    },
  };
}

/** Each row divided by its length, in place. A row of zeros stays one. */
export function normaliseRows(rows: Float32Array, dimension: number): Float32Array {
  for (let start = 0; start < rows.length; start += dimension) {
    let squares = 0;
    for (let i = start; i < start + dimension; i++) squares += (rows[i] as number) ** 2;
    const length = Math.sqrt(squares);
    if (length > 0) for (let i = start; i < start + dimension; i++) rows[i] = (rows[i] as number) / length;
  }
  return rows;
}

function partsOf(feature: Feature, layout: FeatureLayout, graph: readonly TensorInfo[]): Part[] | undefined {
  const rank = (n: number) => graph.filter((info) => info.dims.length === n);
  const tokens = graph.find((info) => info.name === layout.outputs.tokens);
  const vectors = rank(2);
  const pooler =
    vectors.find((info) => info.name === layout.outputs.pooler) ?? (graph.length === 1 ? vectors[0] : undefined);
  const rows = tokens?.dims.length === 3 ? tokens : undefined;
  const cls: Part | undefined = !layout.cls
    ? undefined
    : layout.poolerIsCls && pooler
      ? { output: pooler, kind: 'vector' }
      : rows && { output: rows, kind: 'first row' };
  const mean: Part | undefined = rows
    ? { output: rows, kind: 'mean of rows' }
    : tokens?.dims.length === 4
      ? { output: tokens, kind: 'mean of map' }
      : undefined;
  if (feature === 'cls') return cls && [cls];
  if (feature === 'mean') return mean && [mean];
  if (feature === 'cls+mean') return cls && mean && [cls, mean];
  if (pooler) return [{ output: pooler, kind: 'vector' }];
  return layout.poolerIsCls && cls ? [cls] : undefined;
}

function readPart(part: Part, tensor: Tensor | undefined, batch: number, skip: number, id: string): Float32Array {
  if (!tensor || tensor.dims[0] !== batch || tensor.dims.length !== part.output.dims.length) {
    throw new SvError(
      'SV_STAGE_OUTPUT',
      `Backbone ${id} answered \`${part.output.name}\` of shape [${tensor?.dims.join(', ') ?? ''}] for ${batch} frames.`,
    );
  }
  const data = tensor.type === 'float16' ? fromHalf(tensor.data as Uint16Array) : (tensor.data as Float32Array);
  if (part.kind === 'vector') return data;
  const [, a = 0, b = 0, c = 1] = tensor.dims;
  if (part.kind === 'mean of map') return meanOfMap(data, batch, a, b * c);
  return part.kind === 'first row' ? meanOfRows(data, batch, a, b, 0, 1) : meanOfRows(data, batch, a, b, skip, a);
}

function meanOfRows(data: Float32Array, batch: number, rows: number, width: number, from: number, to: number) {
  const out = new Float32Array(batch * width);
  for (let n = 0; n < batch; n++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let row = from; row < to; row++) sum += data[(n * rows + row) * width + column] as number;
      out[n * width + column] = sum / (to - from);
    }
  }
  return out;
}

function meanOfMap(data: Float32Array, batch: number, channels: number, cells: number): Float32Array {
  const out = new Float32Array(batch * channels);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) sum += data[i * cells + cell] as number;
    out[i] = sum / cells;
  }
  return out;
}

function concatenateRows(vectors: readonly Float32Array[], batch: number): Float32Array {
  const widths = vectors.map((vector) => vector.length / batch);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const out = new Float32Array(batch * total);
  for (let n = 0; n < batch; n++) {
    let at = n * total;
    vectors.forEach((vector, i) => {
      const width = widths[i] as number;
      out.set(vector.subarray(n * width, (n + 1) * width), at);
      at += width;
    });
  }
  return out;
}

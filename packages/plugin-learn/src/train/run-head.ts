import { type LoadContext, SvError } from '@streetvision/core';

// A head is a few thousand multiplications: more threads only cost.
const SMALL = { providers: ['cpu'], workers: 1, threads: 1 } as const;

/** Rows that go through the head at once. */
const BATCH = 4_096;

/**
 * What the head in an ONNX file says of features: `[rows, classes]`. Throws `SV_RUN_INVALID` where it is no such head,
 * `SV_ENGINE_*`.
 */
export async function runHead(
  open: LoadContext['open'],
  path: string,
  features: Float32Array,
  dimension: number,
  classes: number,
): Promise<Float64Array> {
  const session = await open(path, SMALL);
  try {
    const rows = features.length / dimension;
    const out = new Float64Array(rows * classes);
    for (let from = 0; from < rows; from += BATCH) {
      const count = Math.min(BATCH, rows - from);
      const data = features.slice(from * dimension, (from + count) * dimension);
      const { probability } = await session.run(
        { embedding: { type: 'float32', data, dims: [count, dimension] } },
        { outputs: ['probability'] },
      );
      const values = probability?.data ?? [];
      const width = values.length / count;
      if (width !== classes && !(width === 1 && classes === 2)) throw shape(path, probability?.dims, count, classes);
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < classes; c++) {
          const p = width === 1 ? Math.abs(1 - c - Number(values[i])) : Number(values[i * classes + c]);
          out[(from + i) * classes + c] = p;
        }
      }
    }
    return out;
  } finally {
    await session.close();
  }
}

function shape(path: string, dims: readonly number[] | undefined, rows: number, classes: number): SvError {
  return new SvError(
    'SV_RUN_INVALID',
    `Head ${path} answers \`probability\` of shape [${dims?.join(', ') ?? ''}], expected [${rows}] or [${rows}, ${classes}].`,
  );
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createExpressions, createGraph, type Expressions, type Value } from '../../src/index.js';

export interface Problem {
  /** Shapes of the values that are differentiated by; `batch` stands for 3. */
  readonly shapes: readonly (readonly (number | 'batch')[])[];
  /** Any value; its elements are weighed by fixed numbers and summed to make the loss. */
  readonly expression: (e: Expressions, values: readonly Value[]) => Value;
  /** Values are drawn from here. @default [-2, 2] */
  readonly range?: readonly [number, number];
  /** onnxruntime has Erf for float32 only. @default 'float64' */
  readonly type?: 'float32' | 'float64';
}

const BATCH = 3;

/** The largest difference between gradients by rule and by finite differences, relative to the largest gradient. */
export async function worstGradient({ shapes, expression, range = [-2, 2], type = 'float64' }: Problem) {
  const g = createGraph();
  const e = createExpressions(g, { type });
  const values = shapes.map((dims, i) => e.input(`x${i}`, dims));
  const y = expression(e, values);
  const loss = y.dims.length === 0 ? y : e.sum(e.mul(y, weightsLike(e, y)));
  e.output('loss', loss);
  for (const [i, gradient] of e.gradients(loss, values).entries()) {
    if (gradient.dims.join() !== shapes[i]?.join()) throw new Error(`gradient ${i} is [${gradient.dims.join(', ')}]`);
    e.output(`g${i}`, gradient);
  }
  const session = await InferenceSession.create(g.encode(), { logSeverityLevel: 3 });
  const at = shapes.map((dims, s) => {
    const size = dims.reduce<number>((product, d) => product * (d === 'batch' ? BATCH : d), 1);
    const list = Array.from({ length: size }, (_, i) => range[0] + (range[1] - range[0]) * fraction(s * 31 + i));
    return type === 'float64' ? Float64Array.from(list) : Float32Array.from(list);
  });
  const run = async () => {
    const feeds = at.map(
      (data, i) => [`x${i}`, new Tensor(type, data as Float64Array, sizes(shapes[i] ?? []))] as const,
    );
    return session.run(Object.fromEntries(feeds));
  };
  const lossNow = async () => Number((await run()).loss?.data[0]);
  const gradients = await run();
  // Two-sided: the error falls with the square of the step until rounding takes over.
  const h = type === 'float64' ? 1e-5 : 1e-2;
  let worst = 0;
  let largest = 1e-3;
  for (const [s, data] of at.entries()) {
    for (let i = 0; i < data.length; i++) {
      const here = data[i] as number;
      data[i] = here + h;
      const above = await lossNow();
      data[i] = here - h;
      const below = await lossNow();
      data[i] = here;
      const rule = Number(gradients[`g${s}`]?.data[i]);
      worst = Math.max(worst, Math.abs((above - below) / (2 * h) - rule));
      largest = Math.max(largest, Math.abs(rule));
    }
  }
  await session.release();
  return worst / largest;
}

const sizes = (dims: readonly (number | 'batch')[]) => dims.map((d) => (d === 'batch' ? BATCH : d));

/** Numbers in [0, 1) that no two elements share. */
const fraction = (i: number) => (i * 0.6180339887 + 0.137) % 1;

/** Another weight for every element, so that no gradient is right by symmetry. */
function weightsLike(e: Expressions, y: Value): Value {
  const dims = sizes(y.dims as (number | 'batch')[]);
  const size = dims.reduce((a, b) => a * b, 1);
  return {
    ...e.constant(
      'weights',
      dims,
      Array.from({ length: size }, (_, i) => fraction(i * 7) + 0.3),
    ),
    dims: y.dims,
  };
}

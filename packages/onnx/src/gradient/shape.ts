import type { Dims } from '../graph.js';
import { axesOf, reduced } from './dims.js';
import type { Axes, Operand, Tape, Value } from './types.js';

/** Sums what was broadcast, so that the shape is `dims` again. */
export function sumTo(e: Tape, x: Value, dims: Dims): Value {
  const front = x.dims.length - dims.length;
  const leading = x.dims.slice(0, front).map((_, i) => i);
  const repeated = dims.flatMap((d, i) => (d === 1 && x.dims[front + i] !== 1 ? [front + i] : []));
  const summed = repeated.length > 0 ? e.sum(x, { axes: repeated, keep: true }) : x;
  return leading.length > 0 ? e.sum(summed, { axes: leading }) : summed;
}

/** Operators that move, repeat or sum elements, each with its derivative. */
export function shapeRules(e: Tape): Pick<Tape, 'sum' | 'mean' | 'transpose' | 'reshape' | 'expand' | 'count'> {
  const shapeOf = (x: Value) => e.fixed('Shape', [x], [x.dims.length]);

  const sum = (x: Value, { axes: wanted, keep = false }: Axes = {}): Value => {
    const axes = axesOf(x.dims, wanted);
    if (axes.length === 0) return x;
    const list = e.integers(axes);
    return e.record({
      op: 'ReduceSum',
      inputs: [x, list],
      dims: reduced(x.dims, axes, keep),
      attributes: { keepdims: keep },
      pulls: () => [(up) => e.expand(keep ? up : e.reshape(up, reduced(x.dims, axes, true)), x)],
    });
  };

  const count = (x: Value, wanted?: readonly number[]): Operand => {
    const axes = axesOf(x.dims, wanted);
    const lengths = axes.map((axis) => x.dims[axis] as number | string);
    if (lengths.every((length) => typeof length === 'number')) return lengths.reduce((a, b) => a * b, 1);
    const kept = e.fixed('Gather', [shapeOf(x), e.integers(axes)], [axes.length]);
    const product = e.fixed('ReduceProd', [kept], [], { keepdims: false });
    return e.fixed('Cast', [product], [], { to: e.type === 'float32' ? 1 : 11 });
  };

  return {
    sum,
    count,
    mean: (x, options = {}) => e.div(sum(x, options), count(x, options.axes)),
    transpose(x, order = x.dims.map((_, i) => x.dims.length - 1 - i)) {
      return e.record({
        op: 'Transpose',
        inputs: [x],
        dims: order.map((axis) => x.dims[axis] as number | string),
        attributes: { perm: order },
        pulls: () => [
          (up) =>
            e.transpose(
              up,
              order.map((_, i) => order.indexOf(i)),
            ),
        ],
      });
    },
    reshape(x, dims) {
      if (dims.filter((d) => typeof d === 'string').length > 1) {
        throw new RangeError(`[${dims.join(', ')}] has more than one dimension that varies`);
      }
      return e.record({
        op: 'Reshape',
        inputs: [x, e.integers(dims.map((d) => (typeof d === 'number' ? d : -1)))],
        dims,
        pulls: () => [(up) => e.reshape(up, x.dims)],
      });
    },
    expand(x, like) {
      if (x.dims.join() === like.dims.join()) return x;
      return e.record({
        op: 'Expand',
        inputs: [x, shapeOf(like)],
        dims: like.dims,
        pulls: () => [(up) => sumTo(e, up, x.dims)],
      });
    },
  };
}

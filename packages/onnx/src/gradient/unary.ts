import type { Tape, Unary, Value } from './types.js';

interface UnaryRule {
  /** The operator; `softplus` is put together from others. */
  readonly op: string | ((e: Tape, x: Value) => Value);
  /** The gradient by `x`, from that by `y = f(x)`. */
  readonly gradient: (e: Tape, at: { x: Value; y: Value; up: Value }) => Value;
}

/** Operators of one operand, each with its derivative. */
export const UNARY: Readonly<Record<Unary, UnaryRule>> = {
  neg: { op: 'Neg', gradient: (e, { up }) => e.neg(up) },
  abs: { op: 'Abs', gradient: (e, { x, up }) => e.mul(up, e.fixed('Sign', [x], x.dims)) },
  exp: { op: 'Exp', gradient: (e, { y, up }) => e.mul(up, y) },
  log: { op: 'Log', gradient: (e, { x, up }) => e.div(up, x) },
  sqrt: { op: 'Sqrt', gradient: (e, { y, up }) => e.div(e.mul(up, 0.5), y) },
  // 2/√π · e^(−x²)
  erf: { op: 'Erf', gradient: (e, { x, up }) => e.mul(up, e.mul(e.exp(e.neg(e.mul(x, x))), 2 / Math.sqrt(Math.PI))) },
  // The sign of what is left of x is 1 where it is above 0, else 0.
  relu: { op: 'Relu', gradient: (e, { y, up }) => e.mul(up, e.fixed('Sign', [y], y.dims)) },
  sigmoid: { op: 'Sigmoid', gradient: (e, { y, up }) => e.mul(up, e.mul(y, e.sub(1, y))) },
  tanh: { op: 'Tanh', gradient: (e, { y, up }) => e.mul(up, e.sub(1, e.mul(y, y))) },
  // log(1 + eˣ), which neither overflows nor loses small values
  softplus: {
    op: (e, x) => e.add(e.relu(x), e.log(e.add(e.exp(e.neg(e.abs(x))), 1))),
    gradient: (e, { x, up }) => e.mul(up, e.sigmoid(x)),
  },
};

export function unary(e: Tape, name: Unary): (x: Value) => Value {
  const { op, gradient } = UNARY[name];
  return (x) => {
    if (typeof op === 'string') {
      return e.record({ op, inputs: [x], dims: x.dims, pulls: (y) => [(up) => gradient(e, { x, y, up })] });
    }
    const y = op(e, x);
    return e.replace(y, [x], [(up) => gradient(e, { x, y, up })]);
  };
}

import { broadcast } from './dims.js';
import { sumTo } from './shape.js';
import type { Binary, Operand, Tape, Value } from './types.js';

interface BinaryRule {
  readonly op: string;
  readonly gradients: readonly [a: BinaryPull, b: BinaryPull];
}
type BinaryPull = (e: Tape, at: { a: Value; b: Value; y: Value; up: Value }) => Value;

/** Operators of two operands, each with its two derivatives. */
export const BINARY: Readonly<Record<Binary, BinaryRule>> = {
  add: { op: 'Add', gradients: [(_, { up }) => up, (_, { up }) => up] },
  sub: { op: 'Sub', gradients: [(_, { up }) => up, (e, { up }) => e.neg(up)] },
  mul: { op: 'Mul', gradients: [(e, { b, up }) => e.mul(up, b), (e, { a, up }) => e.mul(up, a)] },
  div: {
    op: 'Div',
    gradients: [(e, { b, up }) => e.div(up, b), (e, { b, y, up }) => e.neg(e.div(e.mul(up, y), b))],
  },
};

export function binary(e: Tape, name: Binary): (a: Operand, b: Operand) => Value {
  const { op, gradients } = BINARY[name];
  return (left, right) => {
    const a = e.value(left);
    const b = e.value(right);
    return e.record({
      op,
      inputs: [a, b],
      dims: broadcast(a.dims, b.dims),
      // What was broadcast on the way forward is summed on the way back.
      pulls: (y) => [
        (up) => sumTo(e, gradients[0](e, { a, b, y, up }), a.dims),
        (up) => sumTo(e, gradients[1](e, { a, b, y, up }), b.dims),
      ],
    });
  };
}

import { axesOf } from './dims.js';
import type { Tape } from './types.js';

/** Operators with a derivative that is simpler than that of their parts, and expressions of several operators. */
export function composedRules(e: Tape): Pick<Tape, 'pow' | 'softmax' | 'logSoftmax' | 'gelu' | 'normalise'> {
  return {
    pow(x, exponent) {
      return e.record({
        op: 'Pow',
        inputs: [x, e.value(exponent)],
        dims: x.dims,
        pulls: () => [(up) => e.mul(up, e.mul(e.pow(x, exponent - 1), exponent))],
      });
    },
    softmax(x, axis = -1) {
      const axes = axesOf(x.dims, [axis]);
      return e.record({
        op: 'Softmax',
        inputs: [x],
        dims: x.dims,
        attributes: { axis: axes[0] },
        pulls: (y) => [(up) => e.mul(y, e.sub(up, e.sum(e.mul(up, y), { axes, keep: true })))],
      });
    },
    logSoftmax(x, axis = -1) {
      const axes = axesOf(x.dims, [axis]);
      return e.record({
        op: 'LogSoftmax',
        inputs: [x],
        dims: x.dims,
        attributes: { axis: axes[0] },
        pulls: (y) => [(up) => e.sub(up, e.mul(e.exp(y), e.sum(up, { axes, keep: true })))],
      });
    },
    gelu: (x) => e.mul(e.mul(x, 0.5), e.add(e.erf(e.mul(x, Math.SQRT1_2)), 1)),
    // What keeps a vector of zeros from dividing by zero is far below what float32 keeps of any other.
    normalise: (x, axis = -1) => e.div(x, e.sqrt(e.add(e.sum(e.mul(x, x), { axes: [axis], keep: true }), 1e-12))),
  };
}

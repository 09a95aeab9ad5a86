import type { Tape, Value } from './types.js';

/** `a · b` of two matrices, either of them transposed in passing. */
export function matmulRule(e: Tape): Tape['matmul'] {
  return (a, b, { transposeA = false, transposeB = false } = {}) => {
    const [rows, inner] = sides(a, transposeA);
    const [depth, columns] = sides(b, transposeB);
    if (inner !== depth) throw new RangeError(`[${rows}, ${inner}] · [${depth}, ${columns}] do not go together`);
    return e.record({
      op: 'Gemm',
      inputs: [a, b],
      dims: [rows, columns],
      attributes: { transA: transposeA, transB: transposeB },
      pulls: () => [
        (up) =>
          transposeA
            ? e.matmul(b, up, { transposeA: transposeB, transposeB: true })
            : e.matmul(up, b, { transposeB: !transposeB }),
        (up) =>
          transposeB
            ? e.matmul(up, a, { transposeA: true, transposeB: transposeA })
            : e.matmul(a, up, { transposeA: !transposeA }),
      ],
    });
  };
}

function sides({ name, dims }: Value, transposed: boolean): readonly [number | string, number | string] {
  const [a, b] = dims;
  if (a === undefined || b === undefined || dims.length > 2) {
    throw new RangeError(`${name} is [${dims.join(', ')}], expected a matrix`);
  }
  return transposed ? [b, a] : [a, b];
}

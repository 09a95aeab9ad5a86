import { describe, expect, it } from 'vitest';
import { createExpressions, createGraph, type Expressions, type Value } from '../../src/index.js';
import { type Problem, worstGradient } from './finite-differences.js';

type Row = readonly [name: string, problem: Problem];
const one = (name: string, f: (e: Expressions, x: Value) => Value, rest: Partial<Problem> = {}): Row => [
  name,
  { shapes: [['batch', 4]], expression: (e, [x]) => f(e, x as Value), ...rest },
];
const two = (
  name: string,
  shapes: Problem['shapes'],
  f: (e: Expressions, a: Value, b: Value) => Value,
  rest: Partial<Problem> = {},
): Row => [name, { shapes, expression: (e, [a, b]) => f(e, a as Value, b as Value), ...rest }];

const positive = { range: [0.3, 3] as const };
const half = { type: 'float32' as const };

const operators: readonly Row[] = [
  one('neg', (e, x) => e.neg(x)),
  one('abs', (e, x) => e.abs(x)),
  one('exp', (e, x) => e.exp(x)),
  one('log', (e, x) => e.log(x), positive),
  one('sqrt', (e, x) => e.sqrt(x), positive),
  one('erf', (e, x) => e.erf(x), half),
  one('relu', (e, x) => e.relu(x)),
  one('sigmoid', (e, x) => e.sigmoid(x)),
  one('tanh', (e, x) => e.tanh(x)),
  one('softplus', (e, x) => e.softplus(x)),
  one('softplus far from 0', (e, x) => e.softplus(x), { range: [-40, 40] }),
  one('gelu', (e, x) => e.gelu(x), half),
  one('pow', (e, x) => e.pow(x, 2.5), positive),
  one('softmax', (e, x) => e.softmax(x)),
  one('softmax by column', (e, x) => e.softmax(x, 0)),
  one('logSoftmax', (e, x) => e.logSoftmax(x)),
  one('normalise', (e, x) => e.normalise(x)),
  one('sum of all', (e, x) => e.sum(x)),
  one('sum by row', (e, x) => e.sum(x, { axes: [-1] })),
  one('sum by column, kept', (e, x) => e.sum(x, { axes: [0], keep: true })),
  one('mean of all', (e, x) => e.mean(x)),
  one('mean over the batch', (e, x) => e.mean(x, { axes: [0] })),
  one('mean over a fixed axis', (e, x) => e.mean(x, { axes: [1], keep: true })),
  one('transpose', (e, x) => e.transpose(x)),
  ['transpose of three axes', { shapes: [[2, 3, 4]], expression: (e, [x]) => e.transpose(x as Value, [1, 2, 0]) }],
  one('reshape', (e, x) => e.reshape(x, ['batch', 2, 2])),
  two(
    'expand',
    [
      [1, 4],
      ['batch', 4],
    ],
    (e, a, b) => e.mul(e.expand(a, b), b),
  ),
  two('add', [['batch', 4], [4]], (e, a, b) => e.add(a, b)),
  two(
    'sub',
    [
      ['batch', 1],
      ['batch', 4],
    ],
    (e, a, b) => e.sub(a, b),
  ),
  two('mul', [[], ['batch', 4]], (e, a, b) => e.mul(a, b)),
  two(
    'div',
    [
      ['batch', 4],
      [1, 4],
    ],
    (e, a, b) => e.div(a, b),
    positive,
  ),
  two(
    'matmul',
    [
      ['batch', 4],
      [4, 2],
    ],
    (e, a, b) => e.matmul(a, b),
  ),
  two(
    'matmul, a transposed',
    [
      [4, 'batch'],
      [4, 2],
    ],
    (e, a, b) => e.matmul(a, b, { transposeA: true }),
  ),
  two(
    'matmul, b transposed',
    [
      ['batch', 4],
      [2, 4],
    ],
    (e, a, b) => e.matmul(a, b, { transposeB: true }),
  ),
  two(
    'matmul, both transposed',
    [
      [4, 'batch'],
      [2, 4],
    ],
    (e, a, b) => e.matmul(a, b, { transposeA: true, transposeB: true }),
  ),
];

const losses: readonly Row[] = [
  one('a value used twice', (e, x) => e.mul(e.exp(x), e.sigmoid(x))),
  one('a gradient of a gradient', (e, x) => e.gradients(e.sum(e.mul(e.exp(x), e.mul(x, x))), [x])[0] as Value),
  one('cross-entropy by softmax', (e, x) => e.neg(e.mean(e.sum(e.logSoftmax(x), { axes: [1] })))),
  one('focal', (e, x) => e.mul(e.exp(e.mul(e.neg(e.softplus(x)), 2)), e.softplus(e.neg(x)))),
  one('contrastive', (e, x) => {
    const z = e.normalise(x);
    return e.logSoftmax(e.div(e.matmul(z, z, { transposeB: true }), 0.1));
  }),
  [
    'a perceptron of two layers',
    {
      type: 'float32',
      shapes: [[4, 5], [5], [5, 1], [1]],
      range: [-1, 1],
      expression: (e, [w1, b1, w2, b2]) => {
        const x = e.constant('x', [3, 4], [0.1, -0.7, 0.4, 1.2, 0.9, 0.3, -0.2, -1, 0.5, 0.6, -0.8, 0.2]);
        const h = e.gelu(e.add(e.matmul(x, w1 as Value), b1 as Value));
        const z = e.add(e.matmul(h, w2 as Value), b2 as Value);
        return e.mean(e.softplus(e.mul(z, e.constant('sides', [3, 1], [1, -1, 1]))));
      },
    },
  ],
];

describe('gradients beside finite differences', () => {
  it.each([...operators, ...losses])('%s', async (_, problem) => {
    expect(await worstGradient(problem)).toBeLessThan(problem.type === 'float32' ? 2e-3 : 1e-7);
  });
});

describe('gradients', () => {
  it('flow through nothing that is stopped or fixed', () => {
    const e = createExpressions(createGraph());
    const x = e.input('x', [2]);
    expect(() => e.gradients(e.sum(e.stop(x)), [x])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the loss does not depend on x]`,
    );
    expect(() => e.gradients(e.sum(e.fixed('Floor', [x], [2])), [x])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the loss does not depend on x]`,
    );
  });

  it('need a loss of one element, and shapes that go together', () => {
    const e = createExpressions(createGraph());
    const x = e.input('x', [2]);
    expect(() => e.gradients(x, [x])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: the loss is [2], expected one element]`,
    );
    expect(() => e.add(x, e.input('y', [3]))).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: [2] and [3] do not go together]`,
    );
    expect(() => e.matmul(x, x)).toThrowErrorMatchingInlineSnapshot(`[RangeError: x is [2], expected a matrix]`);
    expect(() => e.sum(x, { axes: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: [2] has no axis 1]`);
  });

  it('are written only where they are asked for', () => {
    const nodes = (by: readonly number[]) => {
      const g = createGraph();
      const e = createExpressions(g);
      const values = [e.input('x', [2, 3]), e.input('w', [3, 1])];
      const loss = e.sum(e.matmul(values[0] as Value, values[1] as Value));
      for (const i of by) e.output(`g${i}`, e.gradients(loss, [values[i] as Value])[0] as Value);
      return g.encode().length;
    };
    expect(nodes([1])).toBeLessThan(nodes([0, 1]) - 50);
  });
});

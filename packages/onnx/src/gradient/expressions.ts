import type { GraphBuilder } from '../graph.js';
import { tensor } from '../tensor.js';
import { binary } from './binary.js';
import { composedRules } from './composed.js';
import { differentiate, type Step } from './differentiate.js';
import { matmulRule } from './matrix.js';
import { shapeRules } from './shape.js';
import type { Expressions, Tape, Value } from './types.js';
import { unary } from './unary.js';

/**
 * Writes expressions into a graph, so that they can be differentiated.
 * @example
 * const g = createGraph();
 * const e = createExpressions(g);
 * const x = e.input('x', ['batch', 3]);
 * const w = e.input('w', [3, 1]);
 * const loss = e.mean(e.softplus(e.matmul(x, w)));
 * const [gradient] = e.gradients(loss, [w]);
 * e.output('gradient', gradient);
 */
export function createExpressions(g: GraphBuilder, options: { type?: Expressions['type'] } = {}): Expressions {
  const type = options.type ?? 'float32';
  const steps: Step[] = [];
  const constants = new Map<string, Value>();

  const once = (key: string, dims: readonly number[], make: (name: string) => string): Value => {
    const value = constants.get(key) ?? { name: make(key), dims };
    constants.set(key, value);
    return value;
  };
  const integers = (values: readonly number[]) =>
    once(`integers_${values.join('_')}`, [values.length], (name) =>
      g.constant(name, tensor('int64', [values.length], values)),
    );
  const scalar = (number: number) =>
    once(`number_${number}`, [], (name) => g.constant(name, tensor(type, [], [number])));
  const node = (op: string, inputs: readonly Value[], dims: Value['dims'], attributes = {}): Value => ({
    name: g.node(
      op,
      inputs.map(({ name }) => name),
      attributes,
    ),
    dims,
  });

  const e = {
    type,
    input: (name, dims) => ({ name: g.input(name, type, dims), dims }),
    constant: (name, dims, values) => ({ name: g.constant(name, tensor(type, dims, values)), dims }),
    output(name, value) {
      g.output(name, type, value.dims, value.name);
    },
    value: (operand) => (typeof operand === 'number' ? scalar(operand) : operand),
    integers,
    stop: (x) => node('Identity', [x], x.dims),
    fixed: (op, inputs, dims, attributes) => node(op, inputs, dims, attributes),
    record({ op, inputs, dims, attributes, pulls }) {
      const output = node(op, inputs, dims, attributes);
      steps.push({ output, inputs, pulls: pulls(output) });
      return output;
    },
    replace(value, inputs, pulls) {
      // The nodes inside recorded their own gradients; an Identity keeps those out of the way.
      const output = node('Identity', [value], value.dims);
      steps.push({ output, inputs, pulls });
      return output;
    },
    gradients: (loss, by) => differentiate(e, steps, loss, by),
  } as Tape;
  return Object.assign(e, {
    ...each(['neg', 'abs', 'exp', 'log', 'sqrt', 'erf', 'relu', 'sigmoid', 'tanh', 'softplus'], (name) =>
      unary(e, name),
    ),
    ...each(['add', 'sub', 'mul', 'div'], (name) => binary(e, name)),
    ...shapeRules(e),
    ...composedRules(e),
    matmul: matmulRule(e),
  } satisfies Partial<Expressions>);
}

function each<Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}

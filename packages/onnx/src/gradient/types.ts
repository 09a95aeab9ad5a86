import type { Attribute } from '../attribute.js';
import type { Dims } from '../graph.js';

/** A value in the graph, with its shape. */
export interface Value {
  readonly name: string;
  readonly dims: Dims;
}

/** A number stands for a constant. */
export type Operand = Value | number;

/** Gives the gradient of the loss by one input, from that by the output. */
export type Pull = (upstream: Value) => Value;

/** Operators of one operand, element by element. */
export type Unary = 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'erf' | 'relu' | 'sigmoid' | 'tanh' | 'softplus';
/** Operators of two operands, which are broadcast to one shape. */
export type Binary = 'add' | 'sub' | 'mul' | 'div';

export interface Axes {
  /** Negative ones count from the end. @default all */
  readonly axes?: readonly number[];
  /** Whether the axes stay, with length 1. @default false */
  readonly keep?: boolean;
}

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Forward expressions over a graph, and their gradients. */
export interface Expressions
  extends Readonly<Record<Unary, (x: Value) => Value>>,
    Readonly<Record<Binary, (a: Operand, b: Operand) => Value>> {
  readonly type: 'float32' | 'float64';
  input(name: string, dims: Dims): Value;
  constant(name: string, dims: readonly number[], values: Iterable<number>): Value;
  output(name: string, value: Value): void;

  /** `a · b` of two matrices. */
  matmul(a: Value, b: Value, options?: MatmulOptions): Value;
  /** `x` to the power of a fixed number. */
  pow(x: Value, exponent: number): Value;
  sum(x: Value, options?: Axes): Value;
  mean(x: Value, options?: Axes): Value;
  /** @param order of the axes; @default reversed */
  transpose(x: Value, order?: readonly number[]): Value;
  /** At most one dimension of the new shape may vary. */
  reshape(x: Value, dims: Dims): Value;
  /** Repeats along axes of length 1, or new ones in front, to the shape of `like`. */
  expand(x: Value, like: Value): Value;
  /** @default the last axis */
  softmax(x: Value, axis?: number): Value;
  /** @default the last axis */
  logSoftmax(x: Value, axis?: number): Value;
  /** `x · ½(1 + erf(x/√2))`: the exact form. */
  gelu(x: Value): Value;
  /** Brings vectors along an axis to length 1. @default the last axis */
  normalise(x: Value, axis?: number): Value;

  /** The same value, through which no gradient flows. */
  stop(x: Value): Value;
  /** Any operator of the standard; its value counts as a constant: no gradient flows through it. */
  fixed(op: string, inputs: readonly Value[], dims: Dims, attributes?: Readonly<Record<string, Attribute>>): Value;
  /** How many elements there are along axes. @default all */
  count(x: Value, axes?: readonly number[]): Operand;

  /**
   * The gradients of a loss of one element, by reverse-mode differentiation. They are expressions too, so they can
   * be differentiated again. Throws where the loss does not depend on a value.
   */
  gradients(loss: Value, by: readonly Value[]): Value[];
}

/** What the rules of operators record their nodes with. */
export interface Tape extends Expressions {
  /** Adds a node whose gradient by each input is told; an input without one is a constant of its own kind. */
  record(node: {
    readonly op: string;
    readonly inputs: readonly Value[];
    readonly dims: Dims;
    readonly attributes?: Readonly<Record<string, Attribute>>;
    readonly pulls: (output: Value) => readonly Pull[];
  }): Value;
  /** The value of several nodes, with a gradient of its own in place of theirs. */
  replace(value: Value, inputs: readonly Value[], pulls: readonly Pull[]): Value;
  /** An operand as a value. */
  value(operand: Operand): Value;
  /** Whole numbers, as shapes and axes are given. */
  integers(values: readonly number[]): Value;
}

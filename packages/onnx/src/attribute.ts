import { ELEMENT_TYPES, type GraphTensor, rawData } from './tensor.js';

const mark = Symbol('float');

interface Floats {
  readonly [mark]: true;
  readonly value: number | readonly number[];
}

/** Whole numbers are ints; `float(1)` writes a float attribute whatever the value. */
export function float(value: number): Floats {
  return { [mark]: true, value };
}

/** Like `float`, for a list. */
export function floats(values: Iterable<number>): Floats {
  return { [mark]: true, value: Array.from(values) };
}

/** An integer, `float(…)`, string, list of them, or tensor. Fractions are floats without being told. */
export type Attribute =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly string[]
  | Floats
  | GraphTensor
  | undefined;

/** The format's own message for one attribute. */
export function attributeProto(name: string, value: Exclude<Attribute, undefined>): object {
  if (typeof value === 'boolean') return { name, type: 2, i: Number(value) };
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { name, type: 2, i: value } : { name, type: 1, f: value };
  }
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if (mark in value) {
    const v = value.value;
    return typeof v === 'number' ? { name, type: 1, f: v } : { name, type: 6, floats: v };
  }
  if ('data' in value) return { name, type: 4, t: tensorProto(`${name}`, value) };
  const list: readonly (number | string)[] = value;
  if (list.length > 0 && list.every((v) => typeof v === 'string')) {
    return { name, type: 8, strings: list.map((v) => new TextEncoder().encode(String(v))) };
  }
  const ints = list.every(Number.isInteger);
  return ints ? { name, type: 7, ints: list } : { name, type: 6, floats: list };
}

/** The format's own message for a tensor that carries its data. */
export function tensorProto(name: string, value: GraphTensor): object {
  return { name, dims: value.dims, data_type: ELEMENT_TYPES[value.type], raw_data: rawData(name, value) };
}

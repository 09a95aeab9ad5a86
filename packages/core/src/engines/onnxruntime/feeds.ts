import { didYouMean } from '../../errors/suggest.js';
import { SvError } from '../../errors/sv-error.js';
import { buffers } from '../../frames/buffer-pool.js';
import type { Tensor, TensorData, TensorInfo, TensorType } from '../../types/index.js';
import type { Tensors } from './protocol.js';

const ARRAYS: Readonly<Record<TensorType, { readonly name: string; new (length: number): TensorData }>> = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Checks tensors against the graph before they travel. Throws `SV_ENGINE_INPUT`. */
export function checkFeeds(inputs: readonly TensorInfo[], feeds: Readonly<Record<string, Tensor>>): void {
  const names = inputs.map(({ name }) => name);
  for (const name of Object.keys(feeds)) {
    if (!names.includes(name)) {
      throw invalid(`The graph has no input \`${name}\`, expected ${names.join(', ')}.${didYouMean(name, names)}`);
    }
  }
  for (const input of inputs) {
    const tensor = feeds[input.name];
    if (!tensor && input.optional) continue;
    if (!tensor) throw invalid(`Input \`${input.name}\` is missing, expected ${show(input)}.`);
    checkTensor(input, tensor);
  }
}

/** Checks the names of the outputs wanted. Throws `SV_ENGINE_INPUT`. */
export function checkOutputs(outputs: readonly TensorInfo[], wanted: readonly string[] | undefined): void {
  const names = outputs.map(({ name }) => name);
  for (const name of wanted ?? []) {
    if (names.includes(name)) continue;
    throw invalid(
      `The graph has no output \`${name}\`, expected one of ${names.join(', ')}.${didYouMean(name, names)}`,
    );
  }
}

function checkTensor(input: TensorInfo, { type, data, dims }: Tensor): void {
  const expected = `expected ${show(input)}`;
  const received = `Input \`${input.name}\` is ${show({ type, dims })}`;
  if (type !== input.type) throw invalid(`${received}, ${expected}.`);
  const fits = dims.length === input.dims.length && input.dims.every((d, i) => typeof d === 'string' || d === dims[i]);
  if (!fits || !dims.every((dim) => Number.isInteger(dim) && dim >= 0)) throw invalid(`${received}, ${expected}.`);
  if (!(data instanceof ARRAYS[type])) {
    throw invalid(`${received} in a ${data?.constructor?.name ?? typeof data}, expected a ${ARRAYS[type].name}.`);
  }
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (data.length === size) return;
  if (data.length === 0) {
    throw new SvError('SV_ENGINE_INPUT', `${received}, but its buffer is empty: an earlier run took it.`, {
      fix: 'Give every run a buffer of its own.',
    });
  }
  throw invalid(`${received}, which is ${size} elements, but its data has ${data.length}.`);
}

function show({ type, dims }: Pick<TensorInfo, 'type' | 'dims'>): string {
  return `${type}[${dims.join(', ')}]`;
}

function invalid(message: string): SvError {
  return new SvError('SV_ENGINE_INPUT', message);
}

/**
 * What is sent to the worker. A buffer that is exactly one tensor moves; a part of a larger or shared one is copied,
 * since moving takes the whole buffer from everyone who looks at it.
 */
export function pack(feeds: Tensors, copyAll = false): { feeds: Tensors; transfer: ArrayBuffer[] } {
  const transfer = new Set<ArrayBuffer>();
  const packed = Object.entries(feeds).map(([name, { type, data, dims }]) => {
    const moved = !copyAll && isWhole(data) ? data : copy(type, data);
    transfer.add(moved.buffer as ArrayBuffer);
    return [name, { type, data: moved, dims }] as const;
  });
  return { feeds: Object.fromEntries(packed), transfer: [...transfer] };
}

function isWhole(data: TensorData): boolean {
  return data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
}

function copy(type: TensorType, data: TensorData): TensorData {
  const own = type === 'float32' ? buffers.acquire(data.length) : new ARRAYS[type](data.length);
  (own as Uint8Array).set(data as Uint8Array);
  return own;
}

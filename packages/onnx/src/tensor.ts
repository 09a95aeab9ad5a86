/** Numbers of the element types in the ONNX format. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

export type ElementType = keyof typeof ELEMENT_TYPES;

const ARRAYS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
} as const;

interface Arrays {
  readonly float32: Float32Array;
  readonly uint8: Uint8Array;
  readonly int8: Int8Array;
  readonly uint16: Uint16Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly bool: Uint8Array;
  readonly float16: Uint16Array;
  readonly float64: Float64Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
}

/** A dense, row-major array; `float16` as its bits, `bool` as bytes of 0 and 1. */
export interface GraphTensor<T extends ElementType = ElementType> {
  readonly type: T;
  readonly data: Arrays[T];
  readonly dims: readonly number[];
}

/**
 * Makes a tensor from numbers; fractions are rounded to float16 bits where the type asks for it.
 * @example tensor('float32', [2, 2], [1, 2, 3, 4])
 */
export function tensor<T extends ElementType>(
  type: T,
  dims: readonly number[],
  values: Iterable<number | bigint>,
): GraphTensor<T> {
  const list = Array.from(values);
  const big = type === 'int64' || type === 'uint64';
  const data = big
    ? (type === 'int64' ? BigInt64Array : BigUint64Array).from(list.map(BigInt))
    : type === 'float16'
      ? toFloat16(list.map(Number))
      : (ARRAYS[type] as Float32ArrayConstructor).from(list.map(Number));
  return { type, dims, data: data as GraphTensor<T>['data'] };
}

/** Checks a tensor and gives its bytes as the format stores them. */
export function rawData(name: string, { type, data, dims }: GraphTensor): Uint8Array {
  const expected = ARRAYS[type];
  if (!(data instanceof expected)) throw new TypeError(`${name}: a ${type} tensor needs a ${expected.name}`);
  const size = dims.reduce((a, b) => a * b, 1);
  if (data.length !== size) {
    throw new RangeError(`${name}: [${dims.join(', ')}] is ${size} elements, but there are ${data.length}`);
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The tensor that raw bytes stand for. */
export function tensorOf(name: string, type: ElementType, dims: readonly number[], raw: Uint8Array): GraphTensor {
  const size = dims.reduce((a, b) => a * b, 1);
  const array = ARRAYS[type];
  if (raw.byteLength !== size * array.BYTES_PER_ELEMENT) {
    throw new RangeError(`${name}: [${dims.join(', ')}] is ${size} elements, but there are ${raw.byteLength} bytes`);
  }
  // A copy: the bytes of a field start anywhere, and an array needs its alignment.
  const copy = Uint8Array.from(raw);
  return { type, data: new (array as Float32ArrayConstructor)(copy.buffer), dims };
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE 754 half-precision bits, rounded to nearest, ties to even. */
export function toFloat16(values: ArrayLike<number>): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = half(values[i] as number);
  return out;
}

function half(value: number): number {
  float[0] = value;
  const x = bits[0] as number;
  const sign = (x >>> 16) & 0x8000;
  const exponent = (x >>> 23) & 0xff;
  const mantissa = x & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  const shift = exponent < 113 ? 126 - exponent : 13;
  if (shift > 24) return sign;
  // Below 2^-14 the leading one becomes part of the mantissa.
  const whole = exponent < 113 ? mantissa | 0x800000 : ((exponent - 112) << 23) | mantissa;
  const kept = Math.floor(whole / 2 ** shift);
  const rest = whole - kept * 2 ** shift;
  const middle = 2 ** (shift - 1);
  const rounded = kept + (rest > middle || (rest === middle && kept & 1) ? 1 : 0);
  return sign | Math.min(rounded, 0x7c00);
}

/** The numbers that half-precision bits stand for. */
export function fromFloat16(halves: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const h = halves[i] as number;
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 0x1f;
    const mantissa = h & 0x3ff;
    if (exponent === 0) out[i] = sign * mantissa * 2 ** -24;
    else if (exponent === 0x1f) out[i] = mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else out[i] = sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  }
  return out;
}

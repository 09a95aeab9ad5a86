/** Dot products of one vector with many, four floats at a time: WebAssembly SIMD, which every Node from 20 on has. */
export interface Dots {
  /** @returns one product per row, valid until the next call */
  with(query: Float32Array): Float32Array;
}

/** Floats that the inner loop takes at once; rows are padded to a multiple of it. */
const STEP = 16;
const PAGE = 65_536;

/** What is used of it: the types of Node name it, and have no values. */
interface Wasm {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** @param rows `[count, dimension]`, copied */
export function createDots(rows: Float32Array, dimension: number): Dots {
  const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
  const count = rows.length / dimension;
  const padded = Math.ceil(dimension / STEP) * STEP;
  const queryAt = count * padded * 4;
  const outAt = queryAt + padded * 4;
  const memory = new Memory({ initial: Math.ceil((outAt + count * 4) / PAGE) });
  const store = new Float32Array(memory.buffer, 0, count * padded);
  for (let n = 0; n < count; n++) store.set(rows.subarray(n * dimension, (n + 1) * dimension), n * padded);
  const query = new Float32Array(memory.buffer, queryAt, padded);
  const out = new Float32Array(memory.buffer, outAt, count);
  const { exports } = new Instance(new Module(assemble()), { m: { m: memory } });
  const dots = exports.dots as (rows: number, query: number, out: number, count: number, bytes: number) => void;
  return {
    with(vector) {
      query.set(vector);
      if (count > 0) dots(0, queryAt, outAt, count, padded * 4);
      return out;
    },
  };
}

/** Opcodes of the WebAssembly core specification 2.0 that the module uses. */
const I32 = 0x7f;
const V128 = 0x7b;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const i32 = (value: number) => [0x41, ...signed(value)];
const add = [0x6a];
const lessThan = [0x49];
const load = (offset: number) => [0xfd, 0x00, 0x02, offset];
const splat = [0xfd, 0x13];
const multiply4 = [0xfd, 0xe6, 0x01];
const add4 = [0xfd, 0xe4, 0x01];
const lane = (index: number) => [0xfd, 0x1f, index];
const addFloat = [0x92];
const storeFloat = [0x38, 0x02, 0x00];
const zero = [0x43, 0, 0, 0, 0];
const again = [0x0d, 0x00];
const loop = (...body: readonly number[][]) => [0x03, 0x40, ...body.flat(), 0x0b];

// Locals: five parameters, the place in the row, and four sums that do not wait for one another.
const [ROWS, QUERY, OUT, COUNT, BYTES, AT, A, B, C, D] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

function assemble(): Uint8Array<ArrayBuffer> {
  const term = (sum: number, offset: number) => [
    ...get(sum),
    ...[...get(ROWS), ...get(AT), ...add, ...load(offset)],
    ...[...get(QUERY), ...get(AT), ...add, ...load(offset)],
    ...multiply4,
    ...add4,
    ...set(sum),
  ];
  const raise = (local: number, by: readonly number[]) => [...get(local), ...by, ...add, ...set(local)];
  const column = loop(...[A, B, C, D].map((sum, i) => term(sum, i * 16)), raise(AT, i32(STEP * 4)), [
    ...get(AT),
    ...get(BYTES),
    ...lessThan,
    ...again,
  ]);
  const total = [...get(A), ...get(B), ...add4, ...get(C), ...add4, ...get(D), ...add4, ...set(A)];
  const row = loop(
    ...[A, B, C, D].map((sum) => [...zero, ...splat, ...set(sum)]),
    [...i32(0), ...set(AT)],
    column,
    total,
    [...get(OUT), ...get(A), ...lane(0)],
    ...[1, 2, 3].map((index) => [...get(A), ...lane(index), ...addFloat]),
    storeFloat,
    raise(ROWS, get(BYTES)),
    raise(OUT, i32(4)),
    raise(COUNT, i32(-1)),
    [...get(COUNT), ...again],
  );
  const body = [2, 1, I32, 4, V128, ...row, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name('m'), ...name('m'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('dots'), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const done = value >= -64 && value < 64;
  return done ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

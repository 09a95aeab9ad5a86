import { createGraph, fromFloat16, tensor, toFloat16 } from '@streetvision/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/engines/index.js';
import { buffers } from '../../../src/frames/buffer-pool.js';
import type { Session, Tensor, TensorType } from '../../../src/types/index.js';
import { dot, folder, identity, save } from '../graphs.js';

const dir = folder();
const engine = createOnnxRuntimeEngine();
afterAll(() => engine.close());

const floats = (values: readonly number[], dims: readonly number[]): Tensor => ({
  type: 'float32',
  data: Float32Array.from(values),
  dims,
});

describe('a session', () => {
  let session: Session;
  beforeAll(async () => {
    session = await engine.open(save(dir, 'dot.onnx', dot()), { workers: 1 });
  });

  it('says what the graph takes and gives', () => {
    expect(session).toMatchObject({
      inputs: [{ name: 'x', type: 'float32', dims: ['batch', 3] }],
      outputs: [{ name: 'y', type: 'float32', dims: ['batch', 1] }],
      providers: ['cpu'],
      parallel: 1,
    });
  });

  it('answers many runs at once, each with its own result', async () => {
    const runs = Array.from({ length: 50 }, (_, i) => session.run({ x: floats([i, 1, 1, 0, 0, i], [2, 3]) }));
    const results = await Promise.all(runs);
    expect(results.map(({ y }) => y?.data)).toEqual(
      Array.from({ length: 50 }, (_, i) => Float32Array.of(i + 5, 3 * i)),
    );
    expect(results[0]?.y).toEqual(floats([5, 0], [2, 1]));
  });

  it('moves a whole buffer and puts it back into the pool', async () => {
    const data = buffers.acquire(3 * 1021);
    data.fill(1);
    const ready = buffers.bytes;
    await session.run({ x: { type: 'float32', data, dims: [1021, 3] } });
    expect(data.length).toBe(0);
    expect(buffers.bytes).toBe(ready + 3 * 1021 * 4);
    expect(buffers.acquire(3 * 1021)).toHaveLength(3 * 1021);
    expect(buffers.bytes).toBe(ready);
  });

  it('copies what must not move: a part of a larger buffer, a shared one, WebAssembly memory', async () => {
    const large = Float32Array.of(9, 1, 2, 3, 9);
    const shared = new Float32Array(new SharedArrayBuffer(12));
    shared.set([1, 2, 3]);
    // `WebAssembly` is in Node, but not in the types of Node 20.
    const { Memory } = Reflect.get(globalThis, 'WebAssembly');
    const wasm = new Float32Array(new Memory({ initial: 1 }).buffer, 0, 16384);
    wasm.set([1, 2, 3]);
    for (const data of [large.subarray(1, 4), shared, wasm.subarray(0, 3)]) {
      const { y } = await session.run({ x: { type: 'float32', data, dims: [1, 3] } });
      expect(y?.data).toEqual(Float32Array.of(14));
      expect(data).toEqual(Float32Array.of(1, 2, 3));
    }
    expect(large).toHaveLength(5);
    // All of it fits the tensor exactly, yet it refuses to move.
    const flat = await engine.open(save(dir, 'flat.onnx', identity('float32')), { workers: 1 });
    const { y } = await flat.run({ x: { type: 'float32', data: wasm, dims: [16384] } });
    expect(y?.data.subarray(0, 4)).toEqual(Float32Array.of(1, 2, 3, 0));
    expect(wasm).toHaveLength(16384);
    await flat.close();
  });

  it('refuses tensors that do not fit the graph, before anything moves', async () => {
    const x = floats([1, 2, 3], [1, 3]);
    const message = (feeds: Record<string, unknown>, outputs?: string[]) =>
      session.run(feeds as Record<string, Tensor>, outputs ? { outputs } : {}).then(
        () => 'no error',
        (error) => `${error.code}: ${error.message}`,
      );
    const spent = floats([1, 2, 3], [1, 3]);
    await session.run({ x: spent });
    expect([
      await message({}),
      await message({ x, z: x }),
      await message({ pixels: x }),
      await message({ x: { ...x, dims: [3] } }),
      await message({ x: { ...x, dims: [3, 1] } }),
      await message({ x: { ...x, dims: [-1, 3] } }),
      await message({ x: { ...x, dims: [2, 3] } }),
      await message({ x: { ...x, type: 'float16' } }),
      await message({ x: { ...x, data: new Float64Array(3) } }),
      await message({ x: { ...x, data: [1, 2, 3] } }),
      await message({ x: spent }),
      await message({ x }, ['yy']),
    ]).toMatchInlineSnapshot(`
      [
        "SV_ENGINE_INPUT: Input \`x\` is missing, expected float32[batch, 3].",
        "SV_ENGINE_INPUT: The graph has no input \`z\`, expected x. Did you mean \`x\`?",
        "SV_ENGINE_INPUT: The graph has no input \`pixels\`, expected x.",
        "SV_ENGINE_INPUT: Input \`x\` is float32[3], expected float32[batch, 3].",
        "SV_ENGINE_INPUT: Input \`x\` is float32[3, 1], expected float32[batch, 3].",
        "SV_ENGINE_INPUT: Input \`x\` is float32[-1, 3], expected float32[batch, 3].",
        "SV_ENGINE_INPUT: Input \`x\` is float32[2, 3], which is 6 elements, but its data has 3.",
        "SV_ENGINE_INPUT: Input \`x\` is float16[1, 3], expected float32[batch, 3].",
        "SV_ENGINE_INPUT: Input \`x\` is float32[1, 3] in a Float64Array, expected a Float32Array.",
        "SV_ENGINE_INPUT: Input \`x\` is float32[1, 3] in a Array, expected a Float32Array.",
        "SV_ENGINE_INPUT: Input \`x\` is float32[1, 3], but its buffer is empty: an earlier run took it. Give every run a buffer of its own.",
        "SV_ENGINE_INPUT: The graph has no output \`yy\`, expected one of y. Did you mean \`y\`?",
      ]
    `);
    expect(x.data).toHaveLength(3);
  });
});

describe('tensor types', () => {
  const cases: [TensorType, Tensor['data']][] = [
    ['float32', Float32Array.of(-1.5, 2)],
    ['float16', toFloat16([-1.5, 2])],
    ['float64', Float64Array.of(-1.5, 2)],
    ['int8', Int8Array.of(-128, 127)],
    ['uint8', Uint8Array.of(0, 255)],
    ['int16', Int16Array.of(-32768, 32767)],
    ['uint16', Uint16Array.of(0, 65535)],
    ['int32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
    ['uint32', Uint32Array.of(0, 2 ** 32 - 1)],
    ['int64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
    ['uint64', BigUint64Array.of(0n, 2n ** 64n - 1n)],
    ['bool', Uint8Array.of(0, 1)],
  ];
  it.each(cases)('%s passes through unchanged', async (type, data) => {
    const session = await engine.open(save(dir, `${type}.onnx`, identity(type)), { workers: 1 });
    const copy = data.slice();
    const { y } = await session.run({ x: { type, data, dims: [2] } });
    expect(y).toEqual({ type, data: copy, dims: [2] });
    await session.close();
  });
});

describe('graphs', () => {
  it('computes in half precision', async () => {
    const g = createGraph();
    const w = g.constant('w', tensor('float16', [2], [0.1, 100]));
    g.output('y', 'float16', [2], g.node('Mul', [g.input('x', 'float16', [2]), w]));
    const session = await engine.open(save(dir, 'half.onnx', g.encode()), { workers: 1 });
    const { y } = await session.run({ x: { type: 'float16', data: toFloat16([3, 1000]), dims: [2] } });
    const [small, large] = fromFloat16(y?.data as Uint16Array);
    expect(small).toBeCloseTo(0.3, 3);
    expect(large).toBe(Number.POSITIVE_INFINITY);
    await session.close();
  });

  it('computes in 8 bits between QuantizeLinear and DequantizeLinear', async () => {
    const g = createGraph();
    const scale = g.constant('scale', tensor('float32', [], [0.5]));
    const zero = g.constant('zero', tensor('int8', [], [0]));
    const x = g.node('QuantizeLinear', [g.input('x', 'float32', [1, 2]), scale, zero]);
    const w = g.constant('w', tensor('int8', [2, 1], [2, -3]));
    const terms = [x, w].map((value) => g.node('DequantizeLinear', [value, scale, zero]));
    g.output('y', 'float32', [1, 1], g.node('MatMul', terms));
    const session = await engine.open(save(dir, 'int8.onnx', g.encode()), { workers: 1 });
    // 1.2 is rounded to 1.0 in steps of 0.5; the weights are 1 and -1.5.
    const { y } = await session.run({ x: floats([1.2, 2], [1, 2]) });
    expect(y?.data).toEqual(Float32Array.of(1 * 1 + 2 * -1.5));
    await session.close();
  });

  it('reads external data beside the model, and names it when it is missing', async () => {
    const g = createGraph();
    const w = g.constant('w', tensor('float32', [2, 1], [10, 1]));
    g.output('y', 'float32', [1, 1], g.node('MatMul', [g.input('x', 'float32', [1, 2]), w]));
    const { model, data } = g.encodeExternal('external.onnx_data');
    const path = save(dir, 'external.onnx', model);
    const error = await engine.open(path, { workers: 1 }).catch((e) => e);
    expect(error.code).toBe('SV_ENGINE_MODEL');
    expect(error.message).toContain('external.onnx_data');
    save(dir, 'external.onnx_data', data);
    const session = await engine.open(path, { workers: 1 });
    expect((await session.run({ x: floats([2, 3], [1, 2]) })).y?.data).toEqual(Float32Array.of(23));
    await session.close();
  });

  it('runs several inputs and outputs, gives only the outputs wanted, and takes one tensor for two inputs', async () => {
    const g = createGraph();
    const [a, b] = [g.input('a', 'float32', ['n']), g.input('b', 'float32', ['n'])];
    g.output('sum', 'float32', ['n'], g.node('Add', [a, b]));
    g.output('product', 'float32', ['n'], g.node('Mul', [a, b]));
    const session = await engine.open(save(dir, 'two.onnx', g.encode()), { workers: 1 });
    const both = await session.run({ a: floats([1, 2], [2]), b: floats([3, 4], [2]) });
    expect(both).toEqual({ sum: floats([4, 6], [2]), product: floats([3, 8], [2]) });
    const same = floats([3, 5], [2]);
    const one = await session.run({ a: same, b: same }, { outputs: ['product'] });
    expect(one).toEqual({ product: floats([9, 25], [2]) });
    await session.close();
  });

  it('reports what the graph refuses while it runs, and goes on', async () => {
    const g = createGraph();
    const y = g.node('Add', [g.input('a', 'float32', ['n']), g.input('b', 'float32', ['m'])]);
    g.output('y', 'float32', ['k'], y);
    const session = await engine.open(save(dir, 'add.onnx', g.encode()), { workers: 1 });
    const bad = session.run({ a: floats([1, 2], [2]), b: floats([1, 2, 3], [3]) });
    await expect(bad).rejects.toMatchObject({ code: 'SV_ENGINE_RUN', message: expect.stringContaining('Add') });
    const { y: good } = await session.run({ a: floats([1, 2], [2]), b: floats([1, 2], [2]) });
    expect(good?.data).toEqual(Float32Array.of(2, 4));
    await session.close();
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMetadata, createGraph, float, fromFloat16, readMetadata, tensor, toFloat16 } from '../src/index.js';

const open = (bytes: Uint8Array) => InferenceSession.create(bytes, { intraOpNumThreads: 1 });

describe('createGraph', () => {
  it('writes a convolution that onnxruntime runs, with free height and width', async () => {
    const g = createGraph();
    const x = g.input('x', 'float32', ['batch', 1, 'height', 'width']);
    const w = g.constant('w', tensor('float32', [1, 1, 2, 2], [1, 2, 3, 4]));
    const y = g.node('Conv', [x, w], { strides: [1, 1], pads: [0, 0, 0, 0], auto_pad: 'NOTSET' });
    g.output('y', 'float32', ['batch', 1, 'h', 'w2'], y);
    const session = await open(g.encode());
    expect(session.inputMetadata).toMatchObject([{ name: 'x', shape: ['batch', 1, 'height', 'width'] }]);
    const out = await session.run({ x: new Tensor('float32', [1, 2, 3, 4, 5, 6], [1, 1, 2, 3]) });
    expect(out.y?.data).toEqual(Float32Array.from([1 + 4 + 12 + 20, 2 + 6 + 15 + 24]));
  });

  it('writes attributes of every kind', async () => {
    const g = createGraph();
    const x = g.input('x', 'float32', [4]);
    const leaky = g.node('LeakyRelu', [x], { alpha: float(2) });
    const five = g.node('ConstantOfShape', [g.constant('n', tensor('int64', [1], [4]))], {
      value: tensor('float32', [1], [5]),
    });
    const fractions = g.node('Constant', [], { value_floats: [0.5, 1, 2, 3] });
    const sum = g.node('Sum', [leaky, five, fractions]);
    g.node('Split', [sum], { axis: 0 }, { outputs: ['low', 'high'] });
    g.output('low', 'float32', [2]);
    g.output('high', 'float32', [2]);
    const session = await open(g.encode());
    const out = await session.run({ x: new Tensor('float32', [-1, 1, -2, 2], [4]) });
    expect([out.low?.data, out.high?.data]).toEqual([Float32Array.of(3.5, 7), Float32Array.of(3, 10)]);
  });

  it.each([
    ['float16', 'Uint16Array', [0x3e00, 0xbe00]],
    ['float64', 'Float64Array', [1.5, -1.5]],
    ['int8', 'Int8Array', [1, -1]],
    ['uint8', 'Uint8Array', [1, 255]],
    ['int16', 'Int16Array', [1, -1]],
    ['uint16', 'Uint16Array', [1, 65535]],
    ['int32', 'Int32Array', [1, -1]],
    ['uint32', 'Uint32Array', [1, 4294967295]],
    ['int64', 'BigInt64Array', [1n, -1n]],
    ['uint64', 'BigUint64Array', [1n, 2n ** 64n - 1n]],
    ['bool', 'Uint8Array', [1, 0]],
  ] as const)('keeps %s constants bit for bit', async (type, array, expected) => {
    const values = type.startsWith('float') ? [1.5, -1.5] : expected;
    const g = createGraph();
    const x = g.input('unused', 'float32', [1]);
    g.output('also_unused', 'float32', [1], x);
    g.output('y', type, [2], g.node('Identity', [g.constant('c', tensor(type, [2], values))]));
    const session = await open(g.encode());
    const out = await session.run({ unused: new Tensor('float32', [0], [1]) });
    const data = out.y?.data as Uint8Array;
    // Where Float16Array exists the binding answers with it: compare bits.
    const bits = type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, 2) : data;
    expect(bits.constructor.name).toBe(array);
    expect([...bits]).toEqual([...expected]);
  });

  it('names mistakes while the graph is put together', () => {
    const g = createGraph();
    g.input('x', 'float32', [1]);
    expect(() => g.input('x', 'float32', [1])).toThrow('already has a value named x');
    expect(() => g.node('Relu', ['z'])).toThrow('no value named z');
    expect(() => g.constant('c', tensor('float32', [2, 2], [1]))).toThrow('[2, 2] is 4 elements, but there are 1');
  });
});

describe('external data', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onnx-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read from the file beside the model', async () => {
    const g = createGraph();
    const x = g.input('x', 'float32', [1, 2]);
    const a = g.constant('a', tensor('float32', [2, 1], [10, 1]));
    const b = g.constant('b', tensor('float32', [1], [0.5]));
    g.output('y', 'float32', [1, 1], g.node('Add', [g.node('MatMul', [x, a]), b]));
    const { model, data } = g.encodeExternal('model.onnx_data');
    expect(data.byteLength).toBe(12);
    await writeFile(join(folder, 'model.onnx'), model);
    await writeFile(join(folder, 'model.onnx_data'), data);
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    const out = await session.run({ x: new Tensor('float32', [2, 3], [1, 2]) });
    expect(out.y?.data).toEqual(Float32Array.of(23.5));
  });
});

describe('metadata', () => {
  it('comes back, also when added to a finished file', async () => {
    const g = createGraph();
    g.output('y', 'float32', [1], g.node('Relu', [g.input('x', 'float32', [1])]));
    g.metadata({ 'sv.head': '{"dimension":64}', note: 'Straße' });
    const bytes = g.encode();
    expect(readMetadata(bytes)).toEqual({ 'sv.head': '{"dimension":64}', note: 'Straße' });
    const more = addMetadata(bytes, { note: 'later', extra: '1' });
    expect(readMetadata(more)).toEqual({ 'sv.head': '{"dimension":64}', note: 'later', extra: '1' });
    await expect(open(more)).resolves.toBeDefined();
  });
});

describe('float16', () => {
  it('rounds to nearest even, as IEEE 754 says, from subnormals to infinity', () => {
    const values = [0, -0, 1, -2, 65504, 65520, 1e9, 2 ** -14, 2 ** -24, 2 ** -25, 2 ** -25 * 1.5, 1 + 2 ** -11];
    const expected = [0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0x7c00, 0x0400, 1, 0, 1, 0x3c00];
    expect([...toFloat16(values)]).toEqual(expected);
    expect([...toFloat16([1 + 3 * 2 ** -11, Number.NaN])]).toEqual([0x3c02, 0x7e00]);
  });

  it('gives every half back unchanged', () => {
    const all = Uint16Array.from({ length: 0x7c01 }, (_, i) => i);
    expect(toFloat16(fromFloat16(all))).toEqual(all);
  });
});

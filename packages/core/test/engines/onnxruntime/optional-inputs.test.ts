import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGraph, tensor } from '@streetvision/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/engines/index.js';
import type { Session, Tensor } from '../../../src/types/index.js';

const engine = createOnnxRuntimeEngine();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sv-optional-'));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const float = (dims: number[], values: number[]) =>
  ({ type: 'float32', data: Float32Array.from(values), dims }) as const;

async function open(dims: readonly (number | string)[], external = false) {
  const g = createGraph();
  const x = g.input('x', 'float32', ['batch', 2]);
  const mask = g.override('mask', tensor('float32', [1, 2], [1, 2]), dims);
  const shift = g.constant('shift', tensor('float32', [2], [10, 20]));
  g.output('y', 'float32', ['batch', 2], g.node('Add', [g.node('Mul', [x, mask]), shift]));
  const path = join(folder, `${dims.join('-')}${external}.onnx`);
  if (external) {
    const { model, data } = g.encodeExternal('weights.bin');
    await writeFile(join(folder, 'weights.bin'), data);
    await writeFile(path, model);
  } else await writeFile(path, g.encode());
  return engine.open(path, { workers: 1, threads: 1 });
}

async function answer(session: Session, feeds: Record<string, Tensor>): Promise<number[]> {
  const { y } = await session.run(feeds);
  return Array.from(y?.data as Float32Array);
}

describe('optional inputs', () => {
  it('have the value of the graph unless they are fed, run after run', async () => {
    const session = await open(['batch', 2]);
    expect(session.inputs).toEqual([
      { name: 'x', type: 'float32', dims: ['batch', 2] },
      { name: 'mask', type: 'float32', dims: ['batch', 2], optional: true },
    ]);
    const x = () => float([2, 2], [1, 1, 2, 2]);
    for (let i = 0; i < 2; i++) {
      expect(await answer(session, { x: x() })).toEqual([11, 22, 12, 24]);
      expect(await answer(session, { x: x(), mask: float([2, 2], [0, 3, 5, 0]) })).toEqual([10, 23, 20, 20]);
    }
    await expect(session.run({ x: x(), mask: float([2, 3], [0, 0, 0, 0, 0, 0]) })).rejects.toMatchObject({
      code: 'SV_ENGINE_INPUT',
    });
    await expect(session.run({ mask: float([1, 2], [0, 0]) })).rejects.toMatchObject({ code: 'SV_ENGINE_INPUT' });
  });

  it('are none where no dimension varies: weights that an exporter listed as inputs', async () => {
    const session = await open([1, 2]);
    expect(session.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(await answer(session, { x: float([1, 2], [1, 1]) })).toEqual([11, 22]);
  });

  it('are left alone where weights lie beside the file', async () => {
    const session = await open(['batch', 2], true);
    expect(await answer(session, { x: float([1, 2], [1, 1]) })).toEqual([11, 22]);
  });
});

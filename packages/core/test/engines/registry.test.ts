import { describe, expect, it } from 'vitest';
import { createOnnxRuntimeEngine, openSession } from '../../src/engines/index.js';
import type { Engine } from '../../src/types/index.js';
import { dot, folder, save } from './graphs.js';

const dir = folder();

describe('openSession', () => {
  it('opens in onnxruntime unless told otherwise', async () => {
    const session = await openSession([createOnnxRuntimeEngine()], { workers: 1 }, save(dir, 'dot.onnx', dot()));
    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['batch', 3] }]);
    await session.close();
  });

  it('lets a plugin bring an engine, or replace the built-in one', async () => {
    const opened: string[] = [];
    const engine = (name: string, as: string): Engine => ({
      name,
      open: async (path) => {
        opened.push(`${as} ${path}`);
        return { inputs: [], outputs: [], providers: [], parallel: 1, run: async () => ({}), close: async () => {} };
      },
    });
    const engines = new Set([createOnnxRuntimeEngine(), engine('kserve', 'A'), engine('onnxruntime', 'B')]);
    await openSession(engines, { name: 'kserve' }, 'a');
    await openSession(engines, {}, 'b');
    expect(opened).toEqual(['A a', 'B b']);
  });

  it('names the engines there are, and codes the failures of foreign ones', async () => {
    const engines: Engine[] = [
      createOnnxRuntimeEngine(),
      { name: 'broken', open: () => Promise.reject(new Error('connection refused')) },
    ];
    await expect(openSession(engines, { name: 'onnxruntim' }, 'a')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: No engine is named \`onnxruntim\`, expected one of onnxruntime, broken. Did you mean \`onnxruntime\`? Correct engine.name, or add the plugin that brings the engine.]`,
    );
    await expect(openSession(engines, { name: 'broken' }, 'a')).rejects.toMatchObject({
      code: 'SV_ENGINE_MODEL',
      message: 'The engine broken could not open a: connection refused',
    });
  });
});

import { createGraph } from '@streetvision/onnx';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { checkProvider, createOnnxRuntimeEngine, supportedProviders } from '../../../src/engines/index.js';
import type { EngineOptions } from '../../../src/types/index.js';
import { dot, folder, save } from '../graphs.js';

const dir = folder();
const warn = vi.fn();
const engine = createOnnxRuntimeEngine({ log: { warn } });
afterAll(() => engine.close());

const failure = (path: string, options: EngineOptions = { workers: 1 }) =>
  engine.open(path, options).then(
    () => 'no error',
    (error) => `${error.code}: ${error.message.replaceAll(dir, 'DIR')}`,
  );

// Which providers a build lacks differs: where one is missing for certain, it is asked for.
const absent = process.platform === 'darwin' ? 'dml' : 'coreml';

describe('open', () => {
  it('refuses what is no model', async () => {
    const g = createGraph({ opset: 99 });
    g.output('y', 'float32', [1], g.node('Relu', [g.input('x', 'float32', [1])]));
    const future = save(dir, 'future.onnx', g.encode());
    const unknown = createGraph();
    unknown.output('y', 'float32', [1], unknown.node('Frobnicate', [unknown.input('x', 'float32', [1])]));
    expect([
      await failure(`${dir}/none.onnx`),
      await failure(dir),
      await failure(save(dir, 'junk.onnx', Buffer.from('<html>not found</html>'))),
      await failure(save(dir, 'empty.onnx', new Uint8Array())),
      await failure(save(dir, 'cut.onnx', dot().subarray(0, 60))),
      await failure(save(dir, 'unknown.onnx', unknown.encode())),
      await failure(future),
      await failure(future, { sessionOptions: { extra: { a: () => {} } } }),
    ]).toMatchInlineSnapshot(`
      [
        "SV_ENGINE_MODEL: The model file DIR/none.onnx cannot be read: there is no such file.",
        "SV_ENGINE_MODEL: DIR is a folder, expected a model file. Name the .onnx file in it.",
        "SV_ENGINE_MODEL: onnxruntime could not open DIR/junk.onnx: Protobuf parsing failed. It must be a complete ONNX file of a supported opset, with its external data files beside it.",
        "SV_ENGINE_MODEL: onnxruntime could not open DIR/empty.onnx: ModelProto does not have a graph. It must be a complete ONNX file of a supported opset, with its external data files beside it.",
        "SV_ENGINE_MODEL: onnxruntime could not open DIR/cut.onnx: Protobuf parsing failed. It must be a complete ONNX file of a supported opset, with its external data files beside it.",
        "SV_ENGINE_MODEL: onnxruntime could not open DIR/unknown.onnx: This is an invalid model. In Node, ("node_0", Frobnicate, "", -1) : ("x": tensor(float),) -> ("frobnicate_0",) , Error No Op registered for Frobnicate with domain_version of 17. It must be a complete ONNX file of a supported opset, with its external data files beside it.",
        "SV_ENGINE_MODEL: onnxruntime could not open DIR/future.onnx: ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development and support for this is limited. The operator schemas and or other functionality may change before next ONNX release and in this case ONNX Runtime will not guarantee backward compatibility. Current official support for domain ai.onnx is till opset 26. It must be a complete ONNX file of a supported opset, with its external data files beside it.",
        "SV_ENGINE_OPTIONS: engine.providers or engine.sessionOptions hold something that cannot travel to a worker thread: DataCloneError: () => {} could not be cloned. Give plain values only.",
      ]
    `);
  });

  it('refuses a provider that does not load, with the fix', async () => {
    const path = save(dir, 'dot.onnx', dot());
    const error = await engine.open(path, { providers: [absent] }).catch((e) => e);
    expect(error.code).toBe('SV_ENGINE_PROVIDER');
    expect(error.message).toContain(`\`${absent}\` did not load: the installed build for`);
    expect(error.message).toMatch(/offers cpu,.* Or put 'cpu' last in engine.providers to fall back to it\.$/);
  });

  it('falls back to the CPU where that follows, says so, and reports what really loaded', async () => {
    const session = await engine.open(save(dir, 'dot.onnx', dot()), {
      providers: [{ name: absent, deviceId: 3 }, 'cpu'],
    });
    expect(session.providers).toEqual(['cpu']);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toBe(`${absent} did not load, falling back to cpu`);
    await session.close();
  });

  it('does not blame the provider for a broken model', async () => {
    const path = save(dir, 'junk.onnx', Buffer.from('junk'));
    const offered = (await supportedProviders()).providers.map(({ name }) => name);
    const provider = (['cuda', 'dml', 'coreml', 'webgpu'] as const).find((name) => offered.includes(name)) ?? 'cpu';
    await expect(engine.open(path, { providers: [provider] })).rejects.toMatchObject({ code: 'SV_ENGINE_MODEL' });
  });
});

describe('facts for the doctor', () => {
  it('names the build, what it offers, and whether a provider loads here', async () => {
    const facts = await supportedProviders();
    expect(facts.version).toMatch(/^1\.\d+\.\d+/);
    expect(facts.providers).toContainEqual({ name: 'cpu', bundled: true });
    expect(await checkProvider('cpu')).toEqual({ loads: true });
    expect(await checkProvider(absent)).toMatchObject({ loads: false, error: { code: 'SV_ENGINE_PROVIDER' } });
  });

  // Without the separately installed libraries the failure comes from onnxruntime itself, not from the list.
  it.runIf(process.platform === 'linux' && process.arch === 'x64')('names the command for CUDA', async () => {
    const check = await checkProvider('cuda');
    if (check.loads) return;
    expect(check.error.message).toMatch(
      /^Execution provider `cuda` did not load: .*`node \S*onnxruntime-node\/script\/install\.js --onnxruntime-node-install=cuda12`/,
    );
  });
});

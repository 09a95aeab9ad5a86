import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folder, heavy, save } from '../graphs.js';

const dir = folder();
const path = save(dir, 'heavy.onnx', heavy(10));
const jiti = createRequire(import.meta.url).resolve('jiti');
const source = fileURLToPath(new URL('../../../src/engines/index.ts', import.meta.url));
const workers = Math.min(2, availableParallelism());

/** Runs a script in a process of its own, with two models open in several workers each. */
const child = (end: string) =>
  promisify(execFile)(
    process.execPath,
    [
      '-e',
      `require(${JSON.stringify(jiti)}).createJiti(${JSON.stringify(source)}).import(${JSON.stringify(source)}).then(async (engines) => {
        const engine = engines.createOnnxRuntimeEngine();
        const open = () => engine.open(${JSON.stringify(path)}, { workers: ${workers} });
        const sessions = [await open(), await open()];
        const run = (session, n = 16) => session.run({ x: { type: 'float32', data: new Float32Array(n * n), dims: [n, n] } });
        for (let i = 0; i < 20; i++) await Promise.all(sessions.flatMap((s) => [run(s), run(s), run(s)]));
        console.log('done');
        ${end}
      });`,
    ],
    { timeout: 20_000 },
  );

describe('the end of a process', () => {
  it.each([
    ['without close, since idle workers do not keep it alive', ''],
    ['after close', 'await engine.close();'],
    ['by process.exit', 'process.exit(0);'],
    // This aborted the process, with onnxruntime-node 1.30, before exit waited for native code.
    [
      'by process.exit during runs',
      'for (const s of sessions) void run(s, 600); setTimeout(() => process.exit(0), 30);',
    ],
    ['by process.exit while opening', 'void open(); setTimeout(() => process.exit(0), 100);'],
  ])('is clean %s', async (_, end) => {
    expect(await child(end)).toEqual({ stdout: 'done\n', stderr: '' });
  });
});

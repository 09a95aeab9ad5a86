import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describePlugin, fakePlugin, fakeStage } from '../../src/testing/index.js';
import { dot, save } from '../engines/graphs.js';
import { brightness, packageJson } from './good-plugin.js';
import { weighed } from './graph-plugin.js';

const cache = await mkdtemp(join(tmpdir(), 'sv-kit-'));
afterAll(() => rm(cache, { recursive: true, force: true }));

// A good plugin passes, in this very runner.
await describePlugin(brightness, { packageJson, cache });
await describePlugin(() => fakePlugin({ name: 'clips', stages: [fakeStage({ accepts: ['video'] })] }), { cache });
const graph = save(cache, 'dot.onnx', dot());
await describePlugin(() => weighed(graph), { cache });

describe('describePlugin', () => {
  it('takes another runner, and skips by name what does not apply', async () => {
    const declared: string[] = [];
    const skipped: string[] = [];
    const test = (name: string) => declared.push(name);
    const runner = {
      describe: (_name: string, body: () => void) => body(),
      it: Object.assign(test, { skip: (name: string) => skipped.push(name) }),
    };
    await describePlugin(fakePlugin({ stages: [fakeStage()] }), { runner, load: false });
    expect(declared).toContain('is a plain object with a name and an API range that this core satisfies');
    expect(skipped).toContain('loads (`load` is false)');
    expect(skipped).toContain('is made without side effects (no factory was given)');
  });
});

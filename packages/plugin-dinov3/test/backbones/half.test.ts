import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFrame, createOnnxRuntimeEngine } from '@streetvision/core';
import { createGraph } from '@streetvision/onnx';
import { expect, it } from 'vitest';
import { buffers } from '../../../core/src/frames/buffer-pool.js';
import { stackTensors } from '../../../core/src/frames/stack.js';
import { openFiles } from '../../src/backbones/open.js';
import { noCls } from '../../src/features/layout.js';
import { makeFolder, picture } from '../model-folder.js';

it('a backbone of half precision gives the buffer of its batch back', async () => {
  const folder = await makeFolder();
  const engine = createOnnxRuntimeEngine();
  try {
    const g = createGraph();
    const x = g.input('pixel_values', 'float16', ['batch', 3, 8, 8]);
    const mean = g.node('ReduceMean', [g.node('Cast', [x], { to: 1 })], { axes: [2, 3], keepdims: 0 });
    g.output('pooler_output', 'float32', ['batch', 3], mean);
    const path = join(folder.path, 'half.onnx');
    await writeFile(path, g.encode());
    const preprocessing = { width: 8, height: 8, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const files = { id: 'half', path, sha256: 'a'.repeat(64), layout: noCls, preprocessing, dimension: 3 };
    const backbone = await openFiles(files, {}, { open: (at, options) => engine.open(at, options ?? {}) });
    const before = buffers.bytes;
    const frame = createFrame({ id: 'a.png', bytes: await picture(255, 51, 0) });
    const [embedding] = await backbone.embed([frame], {
      stack: stackTensors,
      signal: new AbortController().signal,
    });
    expect(embedding?.[1]).toBeCloseTo(0.2, 3);
    expect(buffers.bytes - before).toBe(3 * 8 * 8 * 4);
  } finally {
    await engine.close();
    await folder.remove();
  }
});

import { expect, it } from 'vitest';
import { SCENES } from '../../tools/scenes/catalogue.js';
import { example, node } from './sv.js';

it('examples/library runs with plain Node from any folder, and ends', async () => {
  const { code, out, err } = await node('/', [example('library/src/main.js')], { SV_OFFLINE: '1' });
  expect(code, err).toBe(0);
  const lines = out.trimEnd().split('\n');
  const of = (kind: string) => lines.filter((line) => line.startsWith(kind));
  const files = SCENES.map(({ name }) => `${name}.jpg`).sort();

  expect(of('file')[0]).toMatch(/^file {6}(no_)?roadwork 0\.\d{3}, after starter: /);
  expect(of('memory')).toEqual([expect.stringMatching(/upload-17, jpeg 640 × 360: (no_)?roadwork$/)]);
  expect(of('refused')).toEqual(['refused   SV_IMAGE_FORMAT']);
  // In order, and the missing file is an outcome after the others.
  expect(of('stream').map((line) => line.replace(/^stream {4}([^:]+):.*/, '$1'))).toEqual([...files, 'missing.jpg']);
  expect(of('stream').at(-1)).toBe('stream    missing.jpg: SV_INPUT_NOT_FOUND');
  // The observer saw each answer once: the stream, the file and the bytes from memory.
  const observed = of('observed').map((line) => Number(line.replace(/.*: /, '')));
  expect(observed.reduce((sum, count) => sum + count)).toBe(files.length + 2);
});

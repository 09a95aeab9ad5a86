import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pathInCache } from '../../src/models/cache-layout.js';
import { type HfRef, parseModelRef } from '../../src/models/index.js';
import { openStore } from './open-store.js';

describe('the cache folder', () => {
  it.each([
    ['repo', '../../..'],
    ['repo', 'a/.'],
    ['commit', '..'],
    ['file', '../../../../x'],
    ['file', ''],
  ])('is not left, whatever the %s says: %j', (key, value) => {
    const ref = { ...(parseModelRef('hf:a/b@main/x') as HfRef), commit: 'c'.repeat(40), [key]: value };
    expect(() => pathInCache('/cache/models', ref)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The model reference leads out of the cache folder. Do not use it: it names paths on your disk.]`,
    );
  });

  it('is not left for an entry of its index that says so', async () => {
    const { store, dir } = await openStore();
    await writeFile(join(dir, 'mine.txt'), 'precious');
    const index = join(dir, 'cache/models/index');
    await mkdir(index, { recursive: true });
    const name = createHash('sha256').update('../../mine.txt').digest('hex').slice(0, 32);
    const source = `hf:a/b@${'0'.repeat(40)}/x`;
    const entry = { path: '../../mine.txt', source, sha256: 'd'.repeat(64), bytes: 1, mtime: '1', external: [] };
    await writeFile(join(index, `${name}.json`), JSON.stringify(entry));
    expect(await store.list()).toEqual([]);
    expect(await store.verify({ repair: true })).toEqual([]);
    expect(await readFile(join(dir, 'mine.txt'), 'utf8')).toBe('precious');
  });
});

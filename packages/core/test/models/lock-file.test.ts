import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createModelLock } from '../../src/models/lock-file.js';
import { COMMIT_A, COMMIT_B } from './local-hub.js';
import { failure, recordingLog, temporaryFolder } from './open-store.js';

const SHA = 'd'.repeat(64);
const open = async () => {
  const dir = await temporaryFolder();
  const path = join(dir, 'sv.lock');
  return { dir, path, lock: createModelLock(path, recordingLog()) };
};

describe('sv.lock', () => {
  it('is sorted, ends with a line feed, and leaves nothing else behind', async () => {
    const { dir, path, lock } = await open();
    await lock.add('hf:b/b@main/x', { bytes: 1, sha256: SHA, revision: COMMIT_A });
    await lock.add('hf:a/a@main/x', { bytes: 2, sha256: SHA, revision: COMMIT_A });
    const text = await readFile(path, 'utf8');
    expect(Object.keys(JSON.parse(text).models)).toEqual(['hf:a/a@main/x', 'hf:b/b@main/x']);
    expect(text.endsWith('}\n')).toBe(true);
    expect(await readdir(dir)).toEqual(['sv.lock']);
  });

  it('keeps the first pin, and one commit for all files of a revision', async () => {
    const { lock } = await open();
    const first = { revision: COMMIT_A, sha256: SHA, bytes: 1 };
    await lock.add('hf:a/a@main/x', first);
    expect(await lock.add('hf:a/a@main/x', { ...first, sha256: 'e'.repeat(64) })).toEqual(first);
    expect(await lock.add('hf:a/a@main/y', { ...first, revision: COMMIT_B })).toBeUndefined();
    expect(Object.keys(await lock.read())).toEqual(['hf:a/a@main/x']);
  });

  it.each([
    ['a merge conflict', '{\n<<<<<<< HEAD\n  "version": 1\n=======\n>>>>>>> other\n}'],
    ['half a file', '{"version":1,"mod'],
    ['another version', '{"version":2,"models":{}}'],
    ['a bad hash', '{"version":1,"models":{"hf:a/a@main/x":{"sha256":"abc","bytes":1}}}'],
  ])('says what is wrong with %s', async (_name, text) => {
    const { dir, path, lock } = await open();
    await writeFile(path, text);
    const error = await failure(lock.add('hf:a/a@main/x', { sha256: SHA, bytes: 1 }));
    expect(error.code).toBe('SV_MODEL_LOCK');
    expect(error.message.replaceAll(dir, '<dir>')).toMatchSnapshot();
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { factsOf, type PictureFacts } from '../../src/manifest/facts.js';
import { openJournal } from '../../src/manifest/journal.js';
import { picture, tempFolder } from '../pictures.js';

it('keeps a line that comes after one that was cut off', async () => {
  const file = join(await tempFolder(), 'j');
  await writeFile(file, '{"key":"a","value":1}\n{"key":"b","val');
  const journal = await openJournal<number>(file);
  await journal.add('c', 3);
  await journal.close(false);
  const again = await openJournal<number>(file);
  expect(['a', 'b', 'c'].map((key) => again.get(key))).toEqual([1, undefined, 3]);
  await again.close(true);
});

it('begins anew where it was computed from something else', async () => {
  const file = join(await tempFolder(), 'j');
  for (const [of, seen] of [
    ['a', undefined],
    ['a', 1],
    ['b', undefined],
    ['b', 1],
  ] as const) {
    const journal = await openJournal<number>(file, { data: of });
    expect(journal.get('k')).toBe(seen);
    await journal.add('k', 1);
    await journal.close(false);
  }
  expect((await readFile(file, 'utf8')).split('\n')[0]).toBe('{"of":{"data":"b"}}');
});

it('does not take a picture of one dataset for one of another that is called the same', async () => {
  const journal = await openJournal<PictureFacts>(join(await tempFolder(), 'j'));
  const hashes = new Set<string>();
  for (const seed of [1, 2]) {
    const bytes = await picture(seed);
    const sample = { id: 'rows#0', label: null, group: 'g', source: 's', meta: {}, read: async () => bytes };
    const dataset = {
      name: `parquet:${seed}`,
      async *samples() {
        yield sample;
      },
    };
    for await (const { facts } of factsOf(dataset, { journal, problem: ({ message }) => expect.fail(message) }))
      hashes.add(facts.sha256);
  }
  expect(hashes.size).toBe(2);
  await journal.close(true);
});

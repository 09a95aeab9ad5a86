import { join } from 'node:path';
import { type Frame, openDataset, silent } from '@streetvision/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { data } from '../../src/plugin.js';
import { all, context, picture, task, tempFolder, write } from '../pictures.js';

let dir: string;
beforeAll(async () => {
  dir = await tempFolder();
  await write(dir, {
    'photos/roadwork/a.png': await picture(1),
    'photos/none/b.png': await picture(2),
    'night/labels.csv': 'file,label,clip\nc.png,1,k\nd.png,0,k\n',
    'night/c.png': await picture(3),
    'night/d.png': await picture(4),
    'elsewhere/x.txt': '',
  });
});

const plugin = () =>
  data({ sets: { city: 'photos', night: { ref: 'night', group: 'clip', source: 'real', limit: 1 } } });
const open = (ref: string) =>
  openDataset(ref, plugin().formats ?? [], context(join(dir, 'elsewhere'), { configDir: dir }));

describe('data({ sets })', () => {
  it('opens a set by its name, from the folder of the config', async () => {
    const city = await open('city');
    expect([city.name, city.count, (await all(city)).map(({ id, label }) => [id, label])]).toEqual([
      'city',
      2,
      [
        ['none/b.png', 'none'],
        ['roadwork/a.png', 'roadwork'],
      ],
    ]);
    const night = await all(await open('night'));
    expect(night.map(({ id, group, source }) => [id, group, source])).toEqual([['c.png', 'k', 'real']]);
    await expect(open('photos')).rejects.toMatchObject({ code: 'SV_DATA_NOT_FOUND' });
    await expect(open('set:day')).rejects.toThrow('The config has no set `day`. Sets are city, night.');
  });

  it('runs the pictures of a set', async () => {
    const made = plugin();
    await made.setup?.({ task } as never);
    const source = made.sources?.find(({ name }) => name === 'city');
    const frames: Frame[] = [];
    for await (const frame of source?.frames({ signal: new AbortController().signal, log: silent, dir }) ?? [])
      frames.push(frame);
    expect(frames.map(({ id, meta }) => [id, meta.label])).toEqual([
      ['none/b.png', 'none'],
      ['roadwork/a.png', 'roadwork'],
    ]);
    expect(await frames[0]?.info()).toMatchObject({ width: 16, height: 12 });
  });

  it('names the mistake in a config', () => {
    expect(() => data({ set: {} } as never)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: data() has no option \`set\`. Did you mean \`sets\`? Its only option is \`sets\`.]`,
    );
    expect(() => data({ sets: { 'a b': 'x' } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: data() \`sets.a b\` is no name. Take letters, digits, \`-\` and \`_\`, and a letter first.]`,
    );
    expect(() => data({ sets: { a: { ref: 'x', grup: 'y' } as never } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: data() \`sets.a\` has no key \`grup\`. Did you mean \`group\`? Keys are ref, group, source, limit.]`,
    );
    expect(() => data({ sets: { a: { ref: '' } } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: data() \`sets.a\`.ref is "". Expected a reference, such as \`photos\` or \`labels.csv\`.]`,
    );
    expect(() => data({ sets: { a: { ref: 'x', limit: 0 } } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: data() \`sets.a\`.limit is 0. Expected a whole number above 0.]`,
    );
  });
});

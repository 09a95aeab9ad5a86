import { describe, expect, it } from 'vitest';
import { joinGroups, refuseSharedPictures } from '../../src/features/same-pictures.js';
import { type LabelledSample, type ListOptions, listSamples } from '../../src/features/samples.js';
import { type Listed, openProject } from '../train/project.js';

async function list(samples: readonly Listed[], options: Partial<ListOptions> = {}) {
  const { project } = await openProject({ photos: samples }, '.');
  const problems: string[] = [];
  const dataset = await project.dataset('list:photos');
  const found = await listSamples(dataset, { prefer: 'train', ...options }, ({ where, code }) =>
    problems.push(`${where} ${code}`),
  );
  return {
    ids: found.samples.map(({ id }) => id),
    others: found.others.length,
    unlabelled: found.unlabelled,
    split: found.split,
    problems,
  };
}

describe('listSamples', () => {
  it('counts and names what has no label', async () => {
    expect(await list([{ id: 'a', label: 'red' }, { id: 'b' }, { id: 'c', label: 'green' }])).toEqual({
      ids: ['a', 'c'],
      others: 0,
      unlabelled: 1,
      split: null,
      problems: ['b SV_DATA_LABEL'],
    });
  });

  it('takes the split for training where there are splits, or the one that is named', async () => {
    const samples = [
      { id: 'a', label: 'red', split: 'train' },
      { id: 'b', label: 'red', split: 'test' },
    ];
    expect(await list(samples)).toMatchObject({ ids: ['a'], others: 1, split: 'train' });
    expect(await list(samples, { split: 'test' })).toMatchObject({ ids: ['b'], split: 'test' });
    await expect(list(samples, { split: 'tset' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: photos has no labelled sample in the split \`tset\`: its splits are train, test. Name one: --split train.]`,
    );
  });

  it('filters by column', async () => {
    const samples = [
      { id: 'a', label: 'red', source: 'mine', meta: { dense: '1' } },
      { id: 'b', label: 'red', source: 'mine', meta: { dense: 0 } },
      { id: 'c', label: 'red', source: 'yours', meta: { dense: 0 } },
    ];
    expect((await list(samples, { where: { source: 'mine', dense: '0' } })).ids).toEqual(['b']);
    await expect(list(samples, { where: { source: 'his' } })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: photos has no labelled sample where source=his: 3 samples, 0 of them without a label. Check the path, and the column or folder names that say the label.]`,
    );
  });

  it('refuses two samples of one id, and a group in two splits', async () => {
    const twice = list([
      { id: 'a', label: 'red' },
      { id: 'a', label: 'green' },
    ]);
    await expect(twice).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: photos has two samples called \`a\`. Remove one of the rows, or give one another name.]`,
    );
    const straddling = list([
      { id: 'a', label: 'red', group: 'clip', split: 'train' },
      { id: 'b', label: 'green', group: 'clip', split: 'test' },
    ]);
    await expect(straddling).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Group \`clip\` of photos lies in two splits: a in train, b in test. Split the data by group again, so that near-duplicates stay together.]`,
    );
  });
});

const sample = (id: string, group: string, label = 'red', split?: string): LabelledSample => ({
  id,
  label,
  group,
  source: '',
  meta: {},
  ...(split !== undefined && { split }),
  read: async () => Buffer.from(id.slice(0, 1)),
});

describe('the same picture twice', () => {
  it('joins its groups, however long the chain', () => {
    const problems: string[] = [];
    const samples = [sample('1', 'a'), sample('2', 'b'), sample('3', 'c'), sample('4', 'd'), sample('5', 'c')];
    const groups = joinGroups(samples, ['x', 'x', 'y', 'z', 'x'], ({ where, code }) =>
      problems.push(`${where} ${code}`),
    );
    expect(groups).toEqual(['a', 'a', 'a', 'd', 'a']);
    expect(problems).toEqual(['2 SV_DATA_DUPLICATE', '5 SV_DATA_DUPLICATE']);
  });

  it('is remarked on where its labels differ', () => {
    const problems: string[] = [];
    joinGroups([sample('1', 'a', 'red'), sample('2', 'a', 'green')], ['x', 'x'], ({ message }) =>
      problems.push(message),
    );
    expect(problems).toEqual(['It is the same picture as 1, which is labelled red, not green.']);
  });

  it('is refused in two splits, whether the hash is known or read', async () => {
    const known = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b'; // sha256 of `1`
    const train = [sample('1', 'a', 'red', 'train')];
    const { signal } = new AbortController();
    const test = (id: string) => sample(id, 'b', 'red', 'test');
    const check = (other: LabelledSample) =>
      refuseSharedPictures(train, [known], [other], { signal, problem: () => {} });
    await expect(check(test('2'))).resolves.toBeUndefined();
    await expect(check(test('1b'))).rejects.toMatchObject({ code: 'SV_DATA_SPLIT' });
    await expect(check({ ...test('2'), sha256: known })).rejects.toMatchObject({ code: 'SV_DATA_SPLIT' });
  });
});

import { isSvError } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { describe, expect, it } from 'vitest';
import { computeFeatures } from '../../src/features/compute.js';
import { listSamples } from '../../src/features/samples.js';
import { type Listed, openProject } from '../train/project.js';

async function compute(
  samples: readonly Listed[],
  prepare: (opened: Awaited<ReturnType<typeof openProject>>) => void = () => {},
) {
  const opened = await openProject({ photos: samples }, '.');
  prepare(opened);
  const { project } = opened;
  const problems: string[] = [];
  const problem = ({ where, code }: { where: string; code: string }) => void problems.push(`${where} ${code}`);
  const { samples: listed } = await listSamples(await project.dataset('list:photos'), { prefer: 'train' }, problem);
  const backbone = await project.stage('pixels').stage.head?.open(project.load());
  if (!backbone) throw new Error('no backbone');
  const done: boolean[] = [];
  const found = await computeFeatures(backbone, listed, {
    stack: project.stack,
    signal: project.signal,
    problem,
    step: (failed) => done.push(failed),
  });
  return { ...found, problems, done, embedded: opened.embedded };
}

const picture = (i: number) => testPicture({ seed: i + 1, format: 'png' });

describe('computeFeatures', () => {
  it('keeps the order of the samples, whatever batch comes back first', async () => {
    const samples = await Promise.all(
      [...Array(10).keys()].map(async (i) => ({ id: `${i}`, label: 'red', bytes: await picture(i) })),
    );
    let wait = 30;
    const both = await compute(samples, (opened) => {
      opened.before = () => {
        wait -= 10;
        return new Promise((resolve) => setTimeout(resolve, wait));
      };
    });
    const alone = await compute(samples.slice(7, 8));
    expect(both.samples.map(({ id }) => id)).toEqual(samples.map(({ id }) => id));
    expect(both.features.subarray(7 * 36, 8 * 36)).toEqual(alone.features);
    expect(both.done).toEqual(Array(10).fill(false));
  });

  it('leaves out pictures that cannot be read, by name, and only those', async () => {
    const whole = await picture(3);
    const result = await compute([
      { id: 'good', label: 'red', bytes: await picture(1) },
      { id: 'no picture', label: 'red', bytes: Buffer.from('hello') },
      { id: 'cut off', label: 'green', bytes: whole.subarray(0, whole.length / 2) },
      { id: 'also good', label: 'green', bytes: await picture(2) },
    ]);
    expect(result.samples.map(({ id }) => id)).toEqual(['good', 'also good']);
    expect(result.hashes).toHaveLength(2);
    expect(result.features).toHaveLength(2 * 36);
    expect(result.problems).toEqual([
      expect.stringMatching(/^no picture SV_IMAGE_/),
      expect.stringMatching(/^cut off SV_IMAGE_/),
    ]);
    expect(result.done.filter(Boolean)).toHaveLength(2);
  });

  it('refuses features that are not finite, by name', async () => {
    const samples = [{ id: 'a.png', label: 'red', bytes: await picture(1) }];
    const failed = compute(samples, (opened) => {
      opened.change = (embedding) => embedding.fill(Number.NaN, 5, 6);
    });
    await expect(failed).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Feature 5 of a.png is NaN. A graph in half precision may overflow: take dtype 'fp32'.]`,
    );
  });

  it('says so where no picture can be read', async () => {
    const failed = compute([{ id: 'a', label: 'red', bytes: Buffer.from('x') }]);
    await expect(failed).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
  });

  it('does not take a failure of the backbone for a bad picture', async () => {
    const failed = compute([{ id: 'a', label: 'red', bytes: await picture(1) }], (opened) => {
      opened.before = () => {
        throw new Error('out of memory');
      };
    });
    await expect(failed).rejects.toThrow('out of memory');
    await failed.catch((error) => expect(isSvError(error)).toBe(false));
  });
});

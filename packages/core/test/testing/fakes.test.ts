import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import { fakePlugin, fakeStage, testFrame, testPicture } from '../../src/testing/index.js';

const cascade = (...stages: ReturnType<typeof fakeStage<string>>[]) =>
  createRuntime({ plugins: [fakePlugin({ stages })], cascade: stages.map(({ name }) => ({ run: name })) });

describe('fakeStage', () => {
  it('says what it is told, and records what it was asked', async () => {
    const stage = fakeStage({ name: 'a', score: 0.2, scores: { 'test-2.jpeg': 0.9 } });
    const sv = await cascade(stage);
    expect((await sv.run(await testFrame())).score).toBe(0.2);
    expect((await sv.run(await testFrame({ seed: 2 }))).score).toBe(0.9);
    await sv.close();
    expect(stage.record).toEqual({ runs: [['test-1.jpeg'], ['test-2.jpeg']], loads: 1, unloads: 1 });
  });

  it.each([
    ['fails', { fail: 'out of memory' }, 'SV_STAGE_FAILED'],
    ['says NaN', { score: Number.NaN }, 'SV_STAGE_OUTPUT'],
    ['returns too many', { count: 3 }, 'SV_STAGE_OUTPUT'],
  ])('%s', async (_what, options, code) => {
    const sv = await cascade(fakeStage({ name: 'a', ...options }));
    await expect(sv.run(await testFrame())).rejects.toMatchObject({ code });
    await sv.close();
  });

  it.each([true, 'abortable'] as const)('hangs: %s', async (hang) => {
    const stage = fakeStage({ hang });
    const sv = await createRuntime({
      plugins: [fakePlugin({ stages: [stage] })],
      cascade: [{ run: 'fake', timeoutMs: 20 }],
    });
    await expect(sv.run(await testFrame())).rejects.toMatchObject({ code: 'SV_STAGE_TIMEOUT' });
    await sv.close();
  });

  it('fails so many times, then answers', async () => {
    const sv = await cascade(fakeStage({ name: 'a', fail: 'not yet', failures: 1 }));
    await expect(sv.run(await testFrame())).rejects.toThrow('not yet');
    expect((await sv.run(await testFrame())).score).toBe(0.5);
    await sv.close();
  });
});

describe('testPicture', () => {
  const hash = async (options: Parameters<typeof testPicture>[0]) =>
    createHash('sha256')
      .update(await testPicture(options))
      .digest('hex');

  it('is the same for the same seed, and another one for another', async () => {
    expect(await hash({ seed: 4 })).toBe(await hash({ seed: 4 }));
    expect(await hash({ seed: 4 })).not.toBe(await hash({ seed: 5 }));
  });

  it.each(['jpeg', 'png', 'webp'] as const)('is a real %s of the size asked for', async (format) => {
    const frame = await testFrame({ format, width: 120, height: 70 });
    expect(await frame.info()).toMatchObject({ format, width: 120, height: 70 });
  });

  it('has the background asked for', async () => {
    const frame = await testFrame({ background: [250, 120, 10], shapes: 0, format: 'png' });
    const { data } = await frame.pixels();
    const mean = [0, 1, 2].map(
      (channel) => data.filter((_, i) => i % 3 === channel).reduce((sum, v) => sum + v, 0) / (data.length / 3),
    );
    expect(mean.map((value) => Math.round(value / 10) * 10)).toEqual([250, 120, 10]);
  });
});

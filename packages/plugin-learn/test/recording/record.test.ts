import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { always, definePlugin, image, type Plugin, type Step, SvError, window } from '@streetvision/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecording, recordDataset } from '../../src/recording/index.js';
import { wholeLines } from '../../src/recording/lines.js';
import { datasetOf, type SampleInput, scene } from './scene.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'sv-recording-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const samples: SampleInput[] = [
  { id: 'a.jpg', meta: { small: 0.1, large: 0.7 } },
  { id: 'b.jpg', meta: { small: 0.9, large: 0.2 }, label: 'clear', group: 'street' },
  { id: 'c.jpg', meta: { small: 0.5, large: 0.4 } },
];
const cascade = [{ run: 'small', exit: always() }, { run: 'large' }];
const out = () => join(cache, 'recording.jsonl');

describe('recordDataset', () => {
  it('asks every stage about every labelled sample, whatever exits and conditions say', async () => {
    const { project, asked } = await scene({
      cascade: [
        { run: 'small', exit: window(0.4, 0.6), when: image },
        { run: ['large', 'other'], when: () => false, onError: { use: 'spare' }, fuse: () => undefined },
      ],
      stages: [
        { name: 'small' },
        { name: 'large', say: () => ({ score: 0.2, sign: 'ahead', embedding: new Float32Array(2) }) as never },
        {
          name: 'other',
          say: () => {
            throw new Error('no memory');
          },
        },
        { name: 'spare', say: () => ({ score: 0.3, abstained: true }) },
      ],
      config: { plugins: [definePlugin({ name: 'p', api: '^1', hooks: { exit: () => ({ reason: 'enough' }) } })] },
      cache,
    });
    const data = datasetOf([...samples, { id: 'nobody.jpg', label: null }]);
    const recording = await recordDataset(project, data, { out: out() });
    expect(asked).toHaveLength(12);
    expect(recording).toMatchObject({ unlabelled: 1, known: 0, split: null, failed: [] });
    expect(recording.header).toMatchObject({
      steps: [['small'], ['large', 'other'], ['spare']],
      task: { positive: 'cone' },
      stages: [{ stage: 'large' }, { stage: 'other' }, { stage: 'small' }, { stage: 'spare' }],
    });
    expect(recording.frames.map(({ id }) => id)).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    expect(recording.frames[1]).toMatchObject({ label: 'clear', group: 'street', source: 'drawn' });
    const { ms: _, ...large } = recording.frames[0]?.answers.large ?? {};
    expect(large).toEqual({ score: 0.2, sign: 'ahead' });
    expect(recording.frames[0]?.answers).toMatchObject({
      small: { score: 0.1 },
      other: { code: 'SV_STAGE_FAILED', message: '[scene › other] no memory' },
      spare: { abstained: true },
    });
    const { header, frames } = await readRecording(out());
    expect({ header, frames }).toEqual({ header: recording.header, frames: recording.frames });
    await project.close();
  });

  it('goes on where it was interrupted, also in the middle of a line', async () => {
    const first = await scene({ cascade, cache });
    const stop = new AbortController();
    const interrupt = async () => {
      stop.abort();
      return new Uint8Array(9);
    };
    const slow = datasetOf(samples.map((one, i) => (i < 2 ? one : { ...one, read: interrupt })));
    await expect(recordDataset(first.project, slow, { out: out(), signal: stop.signal })).rejects.toMatchObject({
      code: 'SV_ABORTED',
    });
    await expect(readRecording(out())).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
    const kept = readFileSync(out(), 'utf8').trim().split('\n').length - 1;
    expect(kept).toBeGreaterThan(0);
    appendFileSync(out(), '{"id":"c.jpg","kind":"ima');
    const second = await scene({ cascade, cache });
    const recording = await recordDataset(second.project, datasetOf(samples), { out: out() });
    expect(recording.known).toBe(kept);
    expect(second.asked).toHaveLength(2 * (3 - kept));
    expect((await readRecording(out())).frames).toEqual(recording.frames);
  });

  it('asks again about a picture that changed, and not about one whose label changed', async () => {
    const { project, asked } = await scene({ cascade, cache });
    await recordDataset(project, datasetOf(samples), { out: out() });
    asked.length = 0;
    const [a, b, c] = samples as [SampleInput, SampleInput, SampleInput];
    const changed = datasetOf([
      { ...a, seed: 77 },
      { ...b, seed: 1, label: 'cone' },
      { ...c, seed: 2 },
    ]);
    const recording = await recordDataset(project, changed, { out: out() });
    expect(asked).toEqual(['small:a.jpg', 'large:a.jpg']);
    expect(recording.frames.map(({ label }) => label)).toEqual(['cone', 'cone', 'cone']);
    const read = await readRecording(out());
    expect([...read.frames].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual(recording.frames);
  });

  it('keeps answers by default where the same models find them, and asks again when told to', async () => {
    const { project, asked } = await scene({ cascade, cache });
    const { file } = await recordDataset(project, datasetOf(samples));
    expect(file.startsWith(cache)).toBe(true);
    expect(await recordDataset(project, datasetOf(samples))).toMatchObject({ file, known: 3 });
    expect(asked).toHaveLength(6);
    expect(await recordDataset(project, datasetOf(samples), { fresh: true })).toMatchObject({ file, known: 0 });
    const other = await scene({ cascade, stages: [{ name: 'small' }, { name: 'large', identity: 'v2' }], cache });
    const recording = await recordDataset(other.project, datasetOf(samples));
    expect(recording.known).toBe(0);
    expect(recording.file).not.toBe(file);
  });

  it('is a recording of the last run where a file serves several parts, and asks nothing twice', async () => {
    const { project, asked } = await scene({ cascade, cache });
    const split = samples.map((one, i) => ({ ...one, split: i === 0 ? 'calibration' : 'test' }));
    await recordDataset(project, datasetOf(split), { out: out(), split: 'calibration' });
    const test = await recordDataset(project, datasetOf(split), { out: out() });
    expect(test.frames.map(({ id }) => id)).toEqual(['b.jpg', 'c.jpg']);
    expect((await readRecording(out())).frames).toEqual(test.frames);
    expect(asked).toHaveLength(6);
    const both = await recordDataset(project, datasetOf(split), { out: out(), usualSplit: ['calibration', 'test'] });
    expect(both).toMatchObject({ known: 3, split: 'calibration+test' });
    expect((await readRecording(out())).frames).toHaveLength(3);
    // Rows that are gone from the data are gone from the recording.
    await recordDataset(project, datasetOf(split.slice(1)), { out: out() });
    expect((await readRecording(out())).frames.map(({ id }) => id)).toEqual(['b.jpg', 'c.jpg']);
    const lines = readFileSync(out(), 'utf8').trim().split('\n');
    writeFileSync(out(), `${lines.filter((line) => !line.includes('"id":"b.jpg"')).join('\n')}\n`);
    await expect(readRecording(out())).rejects.toThrow('ends with a run over 2 frames, and has 1, or others.');
  });

  it('refuses to go on with other data', async () => {
    const { project } = await scene({ cascade, cache });
    await recordDataset(project, datasetOf(samples), { out: out() });
    await expect(recordDataset(project, datasetOf(samples, 'others'), { out: out() })).rejects.toThrow(
      'was made of other data. Name another file, or delete this one to record again.',
    );
  });

  it('refuses to go on with other hooks, plugins, timeouts and limits of pictures; not with another exit', async () => {
    type Config = NonNullable<Parameters<typeof scene>[0]['config']>;
    const crop = (hooks: Plugin['hooks'], version = '1.0.0') => ({
      plugins: [definePlugin({ name: 'crop', api: '^1', version, ...(hooks ? { hooks } : {}) })],
    });
    const go = async (config: Config, steps: readonly Step[] = cascade, file = out()) => {
      const { project } = await scene({ cascade: steps, config, cache });
      const { known } = await recordDataset(project, datasetOf(samples), { out: file });
      return known;
    };
    const same = { preprocess: () => undefined };
    expect(await go(crop(same))).toBe(0);
    expect(await go(crop({ ...same, exit: () => ({ reason: 'enough' }) }), [...cascade])).toBe(3);
    const hooks = 'was made with other plugins or hooks. Name another file';
    await expect(go(crop({ preprocess: (frame) => frame }))).rejects.toThrow(hooks);
    await expect(go(crop({ ...same, stage: () => undefined }))).rejects.toThrow(hooks);
    await expect(go(crop(same, '1.0.1'))).rejects.toThrow(hooks);
    await expect(go({})).rejects.toThrow(hooks);
    await expect(go({ ...crop(same), images: { maxPixels: 1_000_000 } })).rejects.toThrow('other limits of pictures');
    const hasty = cascade.map((step) => ({ ...step, timeoutMs: 5_000 }));
    await expect(go(crop(same), hasty)).rejects.toThrow('with other timeouts or conditions of steps');
    // In the cache they lie side by side.
    const { project } = await scene({ cascade, config: crop(same), cache });
    const other = await scene({ cascade, config: crop({ preprocess: (frame) => frame }), cache });
    const first = await recordDataset(project, datasetOf(samples));
    expect((await recordDataset(other.project, datasetOf(samples))).file).not.toBe(first.file);
  });

  it('refuses near-duplicates in two parts before it asks anything, and data of which a part is not split', async () => {
    const { project, asked } = await scene({ cascade, cache });
    const clip = samples.map((one, i) => ({ ...one, group: 'clip', split: i === 0 ? 'calibration' : 'test' }));
    await expect(recordDataset(project, datasetOf(clip), { out: out() })).rejects.toThrow(
      'Group `clip` of drawn lies in two splits: a.jpg in calibration, b.jpg in test.',
    );
    const half = samples.map((one, i) => (i === 0 ? { ...one, split: 'test' } : one));
    await expect(recordDataset(project, datasetOf(half), { out: out() })).rejects.toThrow(
      'Of 3 labelled samples of drawn 2 are in no split, such as b.jpg; the others are in test.',
    );
    expect(asked).toEqual([]);
    expect(await recordDataset(project, datasetOf(half), { out: out(), split: 'test' })).toMatchObject({
      frames: [{ id: 'a.jpg' }],
    });
  });

  it('counts the part that is asked about, not the whole data', async () => {
    const { project } = await scene({ cascade, cache });
    const totals: number[] = [];
    const progress = { total: (count: number) => void totals.push(count), step() {}, stop() {} };
    const split = samples.map((one, i) => ({ ...one, split: i === 0 ? 'train' : 'test' }));
    await recordDataset(project, datasetOf(split), { out: out(), progress });
    await recordDataset(project, datasetOf(samples), { limit: 1, progress });
    expect(totals).toEqual([2, 1]);
  });

  it('refuses to go on with other models', async () => {
    const { project } = await scene({ cascade, cache });
    await recordDataset(project, datasetOf(samples), { out: out() });
    const other = await scene({ cascade, stages: [{ name: 'small', identity: 'v2' }, { name: 'large' }], cache });
    await expect(recordDataset(other.project, datasetOf(samples), { out: out() })).rejects.toThrow(
      'was made with other models. Name another file, or delete this one to record again.',
    );
  });

  it('counts pictures that cannot be read, and asks about them again the next time', async () => {
    const { project } = await scene({ cascade, cache });
    const bad: SampleInput[] = [
      ...samples,
      { id: 'cut.jpg', meta: { small: 0.5, large: 0.5 }, read: async () => new Uint8Array([0xff, 0xd8, 0xff, 0xe0]) },
      { id: 'gone.jpg', read: () => Promise.reject(new SvError('SV_INPUT_NOT_FOUND', 'There is no gone.jpg.')) },
      { id: 'a.jpg' },
    ];
    const recording = await recordDataset(project, datasetOf(bad), { out: out() });
    expect(recording.frames).toHaveLength(3);
    expect(recording.failed.map(({ id, code }) => [id, code]).sort()).toEqual([
      ['a.jpg', 'SV_DATA_DUPLICATE'],
      ['cut.jpg', 'SV_IMAGE_CORRUPT'],
      ['gone.jpg', 'SV_INPUT_NOT_FOUND'],
    ]);
    const mended = datasetOf([...samples, { id: 'cut.jpg', meta: { small: 0.5, large: 0.5 } }]);
    expect(await recordDataset(project, mended, { out: out() })).toMatchObject({ known: 3, failed: [] });
    expect((await readRecording(out())).failed).toEqual([]);
  });

  it('takes the test part of split data, and says which parts there are', async () => {
    const { project } = await scene({ cascade, cache });
    const split = samples.map((one, i) => ({ ...one, split: i === 0 ? 'test' : 'train' }));
    const recording = await recordDataset(project, datasetOf(split), {});
    expect(recording).toMatchObject({ split: 'test', frames: [{ id: 'a.jpg' }] });
    await expect(
      recordDataset(project, datasetOf(split), { split: 'holdout' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      '[SvError: drawn has no labelled sample in the split `holdout`: its splits are test, train. Name one: --split test.]',
    );
    await expect(recordDataset(project, datasetOf([]), {})).rejects.toMatchObject({ code: 'SV_DATA_EMPTY' });
  });
});

describe('readRecording', () => {
  it('names what is wrong with a file', async () => {
    const { project } = await scene({ cascade, cache });
    await recordDataset(project, datasetOf(samples), { out: out() });
    const text = readFileSync(out(), 'utf8');
    const broken = async (content: string) => {
      writeFileSync(out(), content);
      const error = await readRecording(out()).catch((reason) => reason);
      expect(error.code).toBe('SV_RUN_INVALID');
      return error.message.replaceAll(out(), 'FILE');
    };
    expect(await broken(text.slice(0, -20))).toContain('was interrupted after');
    expect(await broken('file,label\na.jpg,1\n')).toMatchInlineSnapshot(
      '"FILE, line 1 is no JSON. Delete the recording and record again."',
    );
    expect(await broken(text.replace('"score":0.1', '"score":7'))).toContain('FILE, line 2 is no line of a recording');
    expect(await broken(text.replace('"version":1', '"version":2'))).toContain('line 1 is no line of a recording');
    expect(await broken(text.replace(/"compute":[\d.]+/, '"compute":-1'))).toContain(
      'line 2 is no line of a recording',
    );
    expect(await broken(text.replace(/"compute":[\d.]+/, '"compute":1e999'))).toContain('line 2 is no line');
    expect(await broken(text.replace('"score":0.1', '"score":7,"abstained":true'))).toContain('line 2 is no line');
    expect(await broken(text.replace('"label":"clear"', '"label":"cloud"'))).toMatchInlineSnapshot(
      '"FILE, line 3: the label `cloud` is no class of the task, which has clear, cone. Delete the recording and record again."',
    );
  });

  it('reads lines piece by piece, whatever lies across two pieces', async () => {
    const lines = ['', 'ä'.repeat(7), '{"id":"straße"}', 'x'.repeat(40), ''];
    writeFileSync(out(), `${lines.join('\n')}\ncut off`);
    for (const bytes of [1, 2, 3, 7, 1024]) {
      const read: { text: string; end: number }[] = [];
      for await (const line of wholeLines(out(), bytes)) read.push(line);
      expect(read.map(({ text }) => text)).toEqual(lines);
      expect(read.at(-1)?.end).toBe(Buffer.byteLength(`${lines.join('\n')}\n`));
    }
  });
});

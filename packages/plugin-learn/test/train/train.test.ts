import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UserConfig } from '@streetvision/core';
import { readMetadata } from '@streetvision/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTrained } from '../../src/recording/trained.js';
import { compareRuns, comparisonTable } from '../../src/train/compare.js';
import type { TrainOptions } from '../../src/train/options.js';
import type { Run } from '../../src/train/run.js';
import { readData, readRun } from '../../src/train/run-folder.js';
import { runHead } from '../../src/train/run-head.js';
import { summariseRun } from '../../src/train/summary.js';
import { train } from '../../src/train/train.js';
import { fruit, type Listed, openProject } from './project.js';

let dir: string;
let photos: Listed[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sv-train-'));
  photos = await fruit(48, { groups: 6, hard: 0.1 });
});
afterAll(() => rm(dir, { recursive: true }));

const at = (name: string) => join(dir, name);

async function trained(
  samples: readonly Listed[],
  options: Partial<TrainOptions> & { readonly out: string },
  config: Partial<UserConfig> & { readonly stages?: readonly string[] } = {},
) {
  const warnings: string[] = [];
  const opened = await openProject({ photos: samples }, dir, { ...config, warnings });
  try {
    const run = await train(opened.project, { data: 'list:photos', rounds: 50, ...options });
    return { run, warnings, embedded: opened.embedded };
  } finally {
    await opened.project.close();
  }
}

describe('train', () => {
  it('writes a run folder whose head answers as the run says, the same bytes each time', async () => {
    const { run } = await trained(photos, { out: 'a', seed: 3 });
    await trained(photos, { out: 'b', seed: 3 });
    const names = (await readdir(at('a'))).sort();
    expect(names).toEqual(['curves.csv', 'data.jsonl', 'features.f32', 'head.onnx', 'run.json']);
    for (const name of names)
      expect((await readFile(at(`a/${name}`))).equals(await readFile(at(`b/${name}`))), name).toBe(true);
    expect(await readRun(at('a'))).toEqual(JSON.parse(JSON.stringify(run)));

    const { project } = await openProject({}, dir);
    const features = new Float32Array(new Uint8Array(await readFile(at('a/features.f32'))).buffer);
    const said = await runHead(project.load().open, at('a/head.onnx'), features, run.head.dimension, 2);
    await project.close();
    const right = photos.filter(({ label }, i) => (said[2 * i + 1] as number) >= 0.5 === (label === 'red'));
    expect(right.length / photos.length).toBe(run.itself.metrics.accuracy);
    expect(run.heldOut?.metrics.auroc).toBeGreaterThan(0.8);
    expect(run.heldOut?.metrics.n).toBe(48);

    const written = JSON.parse(readMetadata(await readFile(at('a/head.onnx')))['test.head'] as string);
    expect(written).toMatchObject({
      dimension: 36,
      classes: ['green', 'red'],
      positive: 'red',
      trained: { n: 48, data: run.data.sha256 },
    });
  });

  it('judges every picture by a head that saw nothing of its group', async () => {
    // What the picture shows names the group alone: a head that saw the group would know the label by heart.
    const samples = (await fruit(64, { groups: 8 })).map((sample, i) => ({
      ...sample,
      group: `g${Math.floor(i / 8)}`,
      label: i % 32 < 16 ? 'red' : 'green',
      bytes: photos[Math.floor(i / 8)]?.bytes as Uint8Array,
      id: `${i}`,
    }));
    const distinct = await Promise.all(
      samples.map(async (sample, i) => ({ ...sample, bytes: Buffer.concat([sample.bytes, Buffer.from([i])]) })),
    );
    const { run } = await trained(distinct, { out: 'leak', c: 1 });
    expect(run.itself.metrics.auroc).toBe(1);
    expect(run.heldOut?.metrics.auroc).toBeLessThan(0.7);
    const lines = await readData(at('leak'));
    for (const group of new Set(lines.map((line) => line.group))) {
      expect(new Set(lines.filter((line) => line.group === group).map(({ fold }) => fold)).size).toBe(1);
    }
  });

  it('takes only the split for training, and counts what it leaves out', async () => {
    const mixed = [
      ...photos.map((sample, i) => ({
        ...sample,
        split: i % 12 < 8 ? 'train' : 'test',
        group: `${sample.group} ${i % 12 < 8}`,
      })),
      { id: 'nobody said' },
      { id: 'broken', label: 'red', split: 'train', bytes: Buffer.from('no picture') },
    ];
    const { run, warnings, embedded } = await trained(mixed, { out: 'split' });
    expect(run.data).toMatchObject({ split: 'train', n: 32, unlabelled: 1, problemCount: 2 });
    expect(run.data.problems.map(({ where }) => where)).toEqual(['nobody said', 'broken']);
    expect(warnings).toHaveLength(2);
    expect(new Set(embedded).size).toBe(32);
  });

  it('says that nothing is known where all pictures are of one group', async () => {
    const { run } = await trained(
      photos.map((sample) => ({ ...sample, group: 'one' })),
      { out: 'one' },
    );
    expect(run.heldOut).toBeNull();
    expect(summariseRun(run, './one/head.onnx')).toContain('how good the head is, is not known');
  });

  it('does not judge a group without which a class is missing', async () => {
    const samples = photos.map(
      (sample) => ({ ...sample, group: sample.label === 'green' ? 'all green' : sample.group }) as Listed,
    );
    const { run } = await trained(samples, { out: 'missing' });
    expect(run.heldOut?.notJudged).toBeGreaterThanOrEqual(24);
    expect(run.heldOut?.perFold.filter(({ judged }) => !judged).map(({ groups }) => groups)).toEqual([
      expect.arrayContaining(['all green']),
    ]);
  });

  it('prints what was measured and what to do next', async () => {
    const run = await readRun(at('a'));
    expect(summariseRun(run, './a/head.onnx')).toMatchInlineSnapshot(`
      "48 pictures of photos: 24 green, 24 red, in 6 groups
      logistic head on pixels: 36 features, c 0.0579 chosen by held-out log loss

      Held out, 5 folds by group (95 % by resampling groups): AUROC 0.88 [0.83, 0.96], balanced accuracy 0.88 [0.88, 0.88], MCC 0.76 [0.75, 0.77], accuracy 0.88 [0.88, 0.88].
        tree 0-0  4 of 8 red, found 100 %, false alarms 25 %
        tree 0-1  4 of 8 red, found 75 %, false alarms 0 %
        tree 0-2  4 of 8 red, found 100 %, false alarms 25 %
        tree 0-3  4 of 8 red, found 100 %, false alarms 25 %
        tree 0-4  4 of 8 red, found 100 %, false alarms 25 %
        tree 0-5  4 of 8 red, found 100 %, false alarms 25 %
      On its own training pictures, for comparison: AUROC 0.94, balanced accuracy 0.92.

      Next: set head: './a/head.onnx' for stage pixels in the config.
      Then \`sv calibrate\` and \`sv eval\` on pictures that were not trained on; all of photos was. To keep some of it aside: \`sv data split photos --out split.jsonl\`.
      "
    `);
  });
});

describe('what to do next', () => {
  const lastLines = (run: Run, head: string) => summariseRun(run, head, 'data.jsonl').trimEnd().split('\n').slice(-2);
  it('says that split data is shared out, and how to name a head outside of the folder of the config', async () => {
    const run = await readRun(at('a'));
    const split = { ...run, data: { ...run.data, split: 'train' } };
    expect(lastLines(split, '../../run1/head.onnx')).toMatchInlineSnapshot(`
      [
        "Next: copy the run folder beside the config, and set head: './run1/head.onnx' for stage pixels in the config.",
        "Then \`sv calibrate --data data.jsonl --out calibration.json\` and \`sv eval --data data.jsonl\`: each takes its own part, calibration and test.",
      ]
    `);
  });
});

describe('train refuses', () => {
  const refused = (samples: readonly Listed[], options: Partial<TrainOptions> = {}, config = {}) =>
    trained(samples, { out: 'refused', ...options }, config);

  it('one class only, or a class of a single picture', async () => {
    const red = photos.filter(({ label }) => label === 'red');
    await expect(refused(red)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Every sample is labelled \`red\`: one class teaches nothing. Add samples of green.]`,
    );
    await expect(refused([photos[0] as Listed, ...red])).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There are too few samples: 1 of green, 24 of red, expected at least 2 of each. Add samples of the rare class.]`,
    );
  });
  it('to guess which of two stages is meant', async () => {
    const two = refused(photos, {}, { stages: ['left', 'right'] });
    await expect(two).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Several stages take a head: left, right. Name one: --stage left.]`,
    );
    await expect(refused(photos, { stage: 'pixel' })).rejects.toMatchObject({ code: 'SV_CONFIG_STAGE_UNKNOWN' });
  });
  it('to guess which class is positive', async () => {
    await expect(refused(photos, {}, { task: undefined })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: The config has no task, so which class is positive is not known. Classes are green, red. Name it: --positive red; or give the config a task.]`,
    );
  });
  it('options out of range', async () => {
    await expect(refused(photos, { folds: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`folds\` is 1, expected 0 for none, or a whole number from 2.]`,
    );
    await expect(refused(photos, { c: -1 })).rejects.toMatchObject({ code: 'SV_TRAIN_OPTIONS' });
    await expect(refused(photos, { replayShare: 0.5 })).rejects.toMatchObject({ code: 'SV_TRAIN_OPTIONS' });
  });
  it('and leaves nothing behind', async () => {
    expect((await readdir(dir)).filter((name) => name.includes('refused'))).toEqual([]);
  });
});

describe('an earlier run', () => {
  let more: Listed[];
  beforeAll(async () => {
    more = await fruit(24, { groups: 4, seed: 7 });
    await trained(photos, { out: 'first' });
  });

  it('is gone on from, its pictures replayed, and judged on pictures that neither saw', async () => {
    const { run, embedded } = await trained(more, { out: 'second', from: 'first', replayShare: 0.25 });
    expect(run.data).toMatchObject({ n: 32, replayed: 8 });
    // Features of replayed pictures come from the earlier run.
    expect(embedded).toHaveLength(24);
    expect(run.heldOut?.metrics.n).toBe(24);
    expect(run.earlier?.figures.metrics.n).toBe(24);
    expect(run.earlier?.figures.metrics.auroc).toBeGreaterThan(0.9);
    expect(await readFile(at('first/run.json'), 'utf8')).not.toContain('second');
  });

  it('remembers what all heads before it saw', async () => {
    const third = await fruit(24, { groups: 4, seed: 9 });
    await trained(more, { out: 'link', from: 'first', replayShare: 0 });
    const { run } = await trained([...third, ...photos], { out: 'chain', from: 'link', replayShare: 0 });
    expect(run.heldOut?.metrics.n).toBe(24);
    expect(run.earlier?.figures.metrics.n).toBe(24);
    const judged = (await readData(at('chain'))).filter(({ heldOut }) => typeof heldOut === 'number');
    expect(judged.map(({ sha256 }) => sha256).sort()).toEqual(
      third
        .map(({ bytes }) =>
          createHash('sha256')
            .update(bytes as Uint8Array)
            .digest('hex'),
        )
        .sort(),
    );
    const { pictures, groups } = await readTrained([at('chain/head.onnx')]);
    expect(pictures.size).toBe(48 + 24 + 24);
    expect([...groups]).toEqual(expect.arrayContaining(['tree 0-0', 'tree 7-0', 'tree 9-0']));
    // Trained anew in the same folder, nothing of the chain is left.
    await trained(third, { out: 'chain', c: 1, folds: 0 });
    expect(await readdir(at('chain'))).not.toContain('seen.jsonl');
  });

  it('may be a bare head and a dataset', async () => {
    await writeFile(at('bare.onnx'), await readFile(at('first/head.onnx')));
    const { project } = await openProject({ photos: more, old: photos }, dir);
    const run = await train(project, {
      data: 'list:photos',
      from: 'bare.onnx',
      replay: 'list:old',
      out: 'third',
      rounds: 10,
    });
    await project.close();
    expect(run.data.replayed).toBe(Math.round((24 * 0.3) / 0.7));
    expect(run.data.problems).toEqual([expect.objectContaining({ where: 'bare.onnx', code: 'SV_TRAIN_DATA' })]);
  });

  it('does not replay what is there already, and counts nothing twice', async () => {
    const { run } = await trained(photos, { out: 'same', replay: 'first', replayShare: 0.5 });
    expect(run.data).toMatchObject({ n: 48, replayed: 0 });
  });

  it('is refused where it is damaged, or of another backbone', async () => {
    await writeFile(at('other.onnx'), 'x');
    await expect(trained(more, { out: 'x', from: 'other.onnx' })).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
    const run = await readRun(at('first'));
    await trained(photos, { out: 'foreign' });
    await writeFile(
      at('foreign/run.json'),
      JSON.stringify({ ...run, backbone: { id: 'x', identity: { backbone: 'x' } } }),
    );
    await expect(trained(more, { out: 'x', from: 'foreign' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: Run foreign holds features of another backbone, feature or preprocessing. Name the data it was trained on instead, so that features are computed again: --replay labels.csv.]`,
    );
    const damaged = async (name: string, content: string) => {
      await trained(photos, { out: 'foreign', c: 1, folds: 0 });
      await writeFile(at(`foreign/${name}`), content);
      return trained(more, { out: 'x', from: 'foreign' }).catch((error) => error.message.replace(dir, '…'));
    };
    const lines = (await readFile(at('first/data.jsonl'), 'utf8')).split('\n');
    const { group: _, ...second } = JSON.parse(lines[1] as string);
    expect(
      await damaged('data.jsonl', [lines[0], JSON.stringify(second), ...lines.slice(2)].join('\n')),
    ).toMatchInlineSnapshot(
      `"…/foreign/data.jsonl, line 2: ✖ Invalid input: expected string, received undefined   → at group. Give a folder that \`sv train --out\` wrote, or train again."`,
    );
    expect(await damaged('data.jsonl', `${lines[0]}\n${lines[1]?.slice(0, 20)}`)).toMatchInlineSnapshot(
      `"…/foreign/data.jsonl, line 2 is not JSON. Give a folder that \`sv train --out\` wrote, or train again."`,
    );
    expect(
      await damaged('run.json', JSON.stringify({ ...run, head: { ...run.head, dimension: '36' } })),
    ).toMatchInlineSnapshot(
      `"…/foreign/run.json: ✖ Invalid input: expected number, received string   → at head.dimension. Give a folder that \`sv train --out\` wrote, or train again."`,
    );
    expect(await damaged('seen.jsonl', '{"sha256":1,"group":null}\n')).toMatchInlineSnapshot(
      `"…/foreign/seen.jsonl, line 1: ✖ Invalid input: expected string, received number   → at sha256. Give a folder that \`sv train --out\` wrote, or train again."`,
    );
    await writeFile(at('foreign/run.json'), '{"version":1');
    await expect(trained(more, { out: 'x', replay: 'foreign' })).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });

  it('is compared on the pictures that both judged', async () => {
    await trained(photos, { out: 'strong', c: 1e-6 });
    const comparison = await compareRuns(['first', 'strong'], dir);
    expect(comparison.runs[1]?.gain).toMatchObject({ pictures: 48 });
    expect(comparison.notes).toEqual([]);
    expect(comparisonTable(comparison).split('\n')[0]).toMatchInlineSnapshot(
      `"run     head      backbone  pictures / groups  AUROC  balanced  MCC    Brier  AUROC gain"`,
    );
    const other = await compareRuns(['first', 'second'], dir);
    expect(other.runs.map(({ judged }) => judged)).toEqual([48, 24]);
    expect(other.notes).toEqual([
      'The runs are of different data: only the gain, on pictures that both judged, compares like with like.',
      'second: 24 of 32 pictures are compared; an earlier head has seen the others or their groups.',
    ]);
    // Every picture of the first run that the second judged, it had seen: there is nothing honest to compare.
    expect(other.runs[1]?.gain).toBeNull();
  });
});

describe('interrupted', () => {
  it('leaves no folder, and an earlier run as it was', async () => {
    const opened = await openProject({ photos }, dir);
    let batches = 0;
    opened.before = () => {
      if (++batches > 3) throw new Error('killed');
    };
    await expect(train(opened.project, { data: 'list:photos', out: 'interrupted' })).rejects.toThrow('killed');
    await opened.project.close();
    expect((await readdir(dir)).filter((name) => name.includes('interrupted'))).toEqual([]);
  });

  it('removes what a process left that was killed while it wrote', async () => {
    await mkdir(at('.swept.left.tmp'));
    await mkdir(at('.swept.young.tmp'));
    await utimes(at('.swept.left.tmp'), new Date(0), new Date(0));
    await trained(photos, { out: 'swept', c: 1, folds: 0 });
    expect((await readdir(dir)).filter((name) => name.startsWith('.swept'))).toEqual(['.swept.young.tmp']);
    await rm(at('.swept.young.tmp'), { recursive: true });
  });

  it('replaces a run in a folder that holds other files too', async () => {
    await trained(photos, { out: 'kept' });
    await writeFile(at('kept/notes.txt'), 'mine');
    const { run } = await trained(photos, { out: 'kept', seed: 9 });
    expect((await readRun(at('kept'))).head.options.seed).toBe(run.head.options.seed);
    expect(await readFile(at('kept/notes.txt'), 'utf8')).toBe('mine');
  });
});

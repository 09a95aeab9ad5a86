import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Augmentation,
  createProject,
  createRandom,
  type Dataset,
  definePlugin,
  defineStage,
  type Plugin,
  SvError,
  silent,
  type Task,
  window,
} from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDraw } from '../../src/simulate/draw.js';
import { simulateHistories } from '../../src/simulate/histories.js';
import { PROFILES, rewardHistory, type SimulateOptions, simulateValidator } from '../../src/simulate/index.js';
import { summariseSimulation } from '../../src/simulate/summary.js';

const task: Task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' };

let picture: Uint8Array;
beforeAll(async () => {
  picture = await testPicture({ width: 16, height: 16 });
});

/** Pictures that end in their own number and form, so that a stage can tell them apart. */
function dataset(n: number, source = (_i: number) => 'photos', label = (i: number) => i % 2): Dataset {
  return {
    name: 'labels.csv',
    async *samples() {
      for (let i = 0; i < n; i++) {
        yield {
          id: `${i}.jpg`,
          label: label(i) ? 'roadwork' : 'no_roadwork',
          group: `clip ${Math.floor(i / 4)}`,
          source: source(i),
          meta: {},
          read: async () => Uint8Array.from([...picture, i]),
        };
      }
    },
  };
}

const augmentation = (name: string): Augmentation => ({
  name,
  description: 'appends what was drawn',
  apply: async (bytes, random) =>
    Uint8Array.from([...bytes.subarray(0, -1), random.below(256), bytes.at(-1) as number]),
});

interface Case {
  readonly wrong?: readonly number[];
  readonly failing?: readonly number[];
  readonly augmentations?: readonly string[];
}

async function project({ wrong = [], failing = [], augmentations = ['sn72:2026-01', 'sn72:2026-05'] }: Case = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'sv-simulate-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const seen: string[] = [];
  const stage = defineStage({
    name: 'judge',
    run: (frames) =>
      frames.map(({ bytes }) => {
        seen.push(String(bytes.slice(-2)));
        const i = bytes.at(-1) as number;
        if (failing.includes(i)) throw new Error('out of memory');
        return { score: (i % 2 === 1) === !wrong.includes(i) ? 0.9 : 0.1 };
      }),
  });
  const opened = await createProject(
    {
      task,
      plugins: [
        definePlugin({ name: 'judges', api: '^1', stages: [stage], augmentations: augmentations.map(augmentation) }),
      ],
      cascade: [{ run: 'judge', exit: window(0.2, 0.8) }],
      models: { cache: join(dir, 'cache') },
    },
    { cwd: dir, log: silent },
  );
  onTestFinished(() => opened.close());
  return { project: opened, seen, dir };
}

const small: SimulateOptions = { challenges: 200, histories: 40, length: 300, seed: 7 };

describe('simulateValidator', () => {
  it('pays a cascade that is always right in full, and says that nobody pays now', async () => {
    const { project: one } = await project();
    const simulation = await simulateValidator(one, dataset(24), { ...small, profile: '2026-05' });
    expect(simulation).toMatchObject({
      profile: '2026-05',
      expectedReward: 1,
      ci95: [1, 1],
      challenges: 200,
      distinct: 24,
      failed: 0,
      accuracy: 1,
      halted: { since: '2026-05-06', paidNow: 0 },
      sources: { missing: ['i2i', 't2i', 'api'] },
    });
    expect(simulation.sources.skipped).toBeCloseTo(2 / 3, 12);
    expect(simulation.notes.join()).toContain('67 % of the challenges of profile 2026-05 were skipped');
    expect(summariseSimulation(simulation)).toContain('PAID NOW: 0. The newest known validators');
    expect(JSON.stringify(simulation)).not.toContain('null');
  });

  it('lies between nothing and all for one that errs, the interval around it, the same for the same seed', async () => {
    const { project: one } = await project({ wrong: [1, 6, 11] });
    const first = await simulateValidator(one, dataset(24), small);
    const second = await simulateValidator(one, dataset(24), small);
    expect(second).toEqual(first);
    expect(first.expectedReward).toBeGreaterThan(0.3);
    expect(first.expectedReward).toBeLessThan(0.8);
    expect(first.ci95[0]).toBeLessThan(first.expectedReward);
    expect(first.ci95[1]).toBeGreaterThan(first.expectedReward);
  });

  it('sends a picture in another form each time where the profile changes pictures', async () => {
    const { project: one, seen } = await project();
    const { distinct } = await simulateValidator(one, dataset(8), small);
    expect(distinct).toBe(200);
    expect(new Set(seen).size).toBeGreaterThan(150);
  });

  it('counts what the cascade fails on as no answer', async () => {
    const { project: one } = await project({ failing: [3] });
    const simulation = await simulateValidator(one, dataset(8), { ...small, profile: '2026-05' });
    expect(simulation.failed).toBe(1);
    expect(simulation.expectedReward).toBeLessThan(0.95);
    expect(simulation.accuracy).toBeLessThan(1);
  });

  it('goes on where it was interrupted, past a line that was cut off, and asks nothing twice', async () => {
    const { project: one, seen, dir } = await project({ wrong: [1] });
    const answers = join(dir, 'answers.jsonl');
    const options = { ...small, answers };
    const whole = await simulateValidator(one, dataset(8), options);
    const asked = seen.length;
    const lines = (await readFile(answers, 'utf8')).split('\n');
    await writeFile(answers, `${lines.slice(0, 51).join('\n')}\n["half`);
    expect(await simulateValidator(one, dataset(8), options)).toEqual(whole);
    expect(seen.length - asked).toBe(150);
    await expect(simulateValidator(one, dataset(8), { ...options, seed: 8 })).rejects.toMatchObject({
      code: 'SV_RUN_INVALID',
    });
  });

  it('asks again about a picture that changed under its name', async () => {
    const { project: one, seen, dir } = await project({ wrong: [1] });
    const options = { ...small, profile: '2026-05' as const, answers: join(dir, 'answers.jsonl') };
    await simulateValidator(one, dataset(8), options);
    expect(seen).toHaveLength(8);
    const changed: Dataset = {
      name: 'labels.csv',
      async *samples() {
        for await (const sample of dataset(8).samples()) {
          yield sample.id === '2.jpg' ? { ...sample, read: async () => Uint8Array.from([...picture, 0, 102]) } : sample;
        }
      },
    };
    await simulateValidator(one, changed, options);
    expect(seen).toHaveLength(9);
    await simulateValidator(one, dataset(8), options);
    expect(seen).toHaveLength(9);
  });

  it('refuses answers under other hooks, or another file of a rule', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sv-simulate-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const answers = join(dir, 'answers.jsonl');
    const rule = join(dir, 'rule.json');
    const stage = defineStage({ name: 'judge', run: (frames) => frames.map(() => ({ score: 0.9 })) });
    const go = async (hooks: Plugin['hooks'] = {}) => {
      const exit = Object.assign(() => undefined, { reads: 'rule.json', prepare: () => () => undefined });
      const one = await createProject(
        {
          task,
          plugins: [definePlugin({ name: 'judges', api: '^1', stages: [stage], hooks })],
          cascade: [{ run: 'judge', exit }],
          models: { cache: join(dir, 'cache') },
        },
        { cwd: dir, log: silent },
      );
      onTestFinished(() => one.close());
      return simulateValidator(one, dataset(8), { ...small, profile: '2026-05', answers });
    };
    await writeFile(rule, '1');
    await go();
    await expect(go()).resolves.toMatchObject({ distinct: 8 });
    for (const hooks of [
      { preprocess: () => undefined },
      { fuse: () => undefined },
      { postprocess: () => undefined },
    ]) {
      await expect(go(hooks)).rejects.toThrow('or of other hooks or files of rules');
    }
    await expect(go({ onResult: () => undefined })).resolves.toMatchObject({ distinct: 8 });
    await writeFile(rule, '2');
    await expect(go()).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });

  it('refuses near-duplicates in two parts', async () => {
    const { project: one, seen } = await project();
    const straddling: Dataset = {
      name: 'labels.csv',
      async *samples() {
        let i = 0;
        for await (const sample of dataset(8).samples()) yield { ...sample, split: i++ < 2 ? 'calibration' : 'test' };
      },
    };
    await expect(simulateValidator(one, straddling, small)).rejects.toThrow(
      'Group `clip 0` of labels.csv lies in two splits: 0.jpg in calibration, 2.jpg in test.',
    );
    expect(seen).toEqual([]);
  });

  it('runs May without the package that knows its encoding, and refuses January', async () => {
    const { project: one } = await project({ augmentations: [] });
    const may = await simulateValidator(one, dataset(8), { ...small, profile: '2026-05' });
    expect(may.augmentation).toBe('none');
    expect(may.notes[0]).toContain('sn72:2026-05 was not found');
    await expect(simulateValidator(one, dataset(8), small)).rejects.toThrow(/take --profile 2026-05/);
  });

  it('refuses one class, an unknown profile, and numbers that are none', async () => {
    const { project: one } = await project();
    await expect(
      simulateValidator(
        one,
        dataset(8, undefined, () => 1),
        small,
      ),
    ).rejects.toThrow(/one class/);
    await expect(simulateValidator(one, dataset(8), { profile: '2027' as '2026-01' })).rejects.toThrow(
      /no profile `2027`/,
    );
    await expect(simulateValidator(one, dataset(8), { challenges: 0 })).rejects.toThrow(/`challenges` is 0/);
  });

  it('says where a head was trained on what it is asked about', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sv-simulate-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await writeFile(join(dir, 'head.bin'), 'head');
    const trained = { id: '0.jpg', sha256: '', group: 'clip 0' };
    await writeFile(join(dir, 'data.jsonl'), `${JSON.stringify(trained)}\n`);
    const stage = defineStage({
      name: 'judge',
      load: (ctx) => ctx.model(`file:${join(dir, 'head.bin')}`),
      run: (frames) => frames.map(() => ({ score: 0.9 })),
    });
    const one = await createProject(
      {
        task,
        plugins: [definePlugin({ name: 'judges', api: '^1', stages: [stage] })],
        cascade: [{ run: 'judge' }],
        models: { cache: join(dir, 'cache') },
      },
      { cwd: dir, log: silent },
    );
    onTestFinished(() => one.close());
    const { notes } = await simulateValidator(one, dataset(8), { ...small, profile: '2026-05' });
    expect(notes.at(-1)).toBe(
      'A head was trained on 4 of the 8 samples, or on others of their groups: the figure flatters.',
    );
  });

  it('names pictures that cannot be read', async () => {
    const { project: one } = await project();
    const broken: Dataset = {
      name: 'labels.csv',
      async *samples() {
        for await (const sample of dataset(8).samples()) {
          const unreadable = () => Promise.reject(new SvError('SV_INPUT_UNREADABLE', 'It was removed.'));
          yield sample.id === '3.jpg' ? { ...sample, read: unreadable } : sample;
        }
      },
    };
    await expect(simulateValidator(one, broken, { ...small, profile: '2026-05' })).rejects.toMatchObject({
      code: 'SV_DATA_SOURCE',
      message: expect.stringContaining('3.jpg: It was removed.'),
    });
  });
});

describe('a draw', () => {
  it('gives labels and sources their shares', () => {
    const items = [0, 1].flatMap((label) =>
      (['real', 'i2i', 't2i', 'api'] as const).map((source) => ({ label: label as 0 | 1, source })),
    );
    const draw = createDraw(items, PROFILES['2026-05']);
    const random = createRandom(3);
    const counts = { real: 0, i2i: 0, t2i: 0, api: 0 };
    let positives = 0;
    for (let i = 0; i < 6_000; i++) {
      const { label, source } = items[draw(random) as number] as (typeof items)[number];
      counts[source] += 1;
      positives += label;
    }
    expect(positives / 6_000).toBeCloseTo(0.5, 1);
    expect(counts.real / 6_000).toBeCloseTo(1 / 3, 1);
    expect(counts.i2i / 6_000).toBeCloseTo(1 / 6, 1);
    expect(counts.api / 6_000).toBeCloseTo(1 / 3, 1);
  });

  it('skips a challenge whose source is empty', () => {
    const draw = createDraw([{ label: 1, source: 'real' }], PROFILES['2026-01']);
    const random = createRandom(3);
    const drawn = Array.from({ length: 4_000 }, () => draw(random));
    expect(drawn.filter((one) => one === undefined).length / 4_000).toBeCloseTo(0.75, 1);
  });
});

describe('simulateHistories', () => {
  it('agrees with the reward of one long history', () => {
    const answers = Array.from({ length: 40 }, (_, i) => ({
      sample: i,
      form: 0,
      label: (i % 2) as 0 | 1,
      prediction: i % 10 < 8 ? (i % 2 ? 0.9 : 0.1) : 0.5,
      group: `g${i}`,
      source: 'real' as const,
    }));
    const { expectedReward } = simulateHistories(answers, {
      profile: PROFILES['2026-01'],
      histories: 60,
      length: 600,
      seed: 1,
    });
    const random = createRandom(99);
    const drawn = Array.from({ length: 30_000 }, () => answers[random.below(40)] as (typeof answers)[number]);
    const { reward } = rewardHistory(
      drawn.map(({ prediction }) => prediction),
      drawn.map(({ label }) => label),
    );
    const mean = reward.subarray(100).reduce((sum, value) => sum + value, 0) / (reward.length - 100);
    expect(expectedReward).toBeCloseTo(mean, 1);
  });
});

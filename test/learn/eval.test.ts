import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { files } from '@streetvision/backbone-starter';
import { type CommandCall, createProject, defineStage, silent, window } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { data } from '@streetvision/plugin-data';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { learn } from '@streetvision/plugin-learn';
import { roadwork } from '@streetvision/task-roadwork';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let loads = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sv-eval-command-'));
  const rows = ['file,label,group,weather'];
  for (let i = 0; i < 24; i++) {
    // Orange pictures and grey ones: something that a colour can tell apart, and the starter may or may not.
    const orange = i % 2 === 1;
    const background = orange ? ([230, 120, 30] as const) : ([120, 120, 125] as const);
    const path = join(folder, `${i}.jpg`);
    writeFileSync(path, await testPicture({ seed: i + 1, width: 96, height: 64, background, shapes: 2 }));
    rows.push(`${i}.jpg,${orange ? 1 : 0},clip-${Math.floor(i / 4)},${i % 3 ? 'dry' : 'rain'}`);
  }
  writeFileSync(join(folder, 'broken.jpg'), 'no picture');
  rows.push('broken.jpg,1,clip-9,dry', '0.jpg,,clip-9,dry', 'gone.jpg,1,clip-9,dry');
  writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
  mkdirSync(join(folder, 'out'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A stage that knows orange from grey, beside the starter: half a second opinion. */
const orange = defineStage({
  name: 'orange',
  load: () => {
    loads++;
  },
  run: (frames) =>
    Promise.all(
      frames.map(async (frame) => {
        const { data: pixels } = await frame.pixels();
        let sum = 0;
        for (let i = 0; i < pixels.length; i += 3) sum += (pixels[i] as number) - (pixels[i + 2] as number);
        return { score: 1 / (1 + Math.exp(-((sum * 3) / pixels.length - 60) / 12)) };
      }),
    ),
});

/** Runs a command as `sv` does, in the folder. */
async function sv(name: 'eval' | 'tune', options: Record<string, unknown>) {
  const project = await createProject(
    {
      task: roadwork(),
      plugins: [
        dinov3({ name: 'starter', backbone: files.backbone, head: files.head }),
        { name: 'colours', api: '^1', stages: [orange] },
        data(),
        learn(),
      ],
      cascade: [{ run: 'starter', exit: window(0.05, 0.95) }, { run: 'orange' }],
      models: { cache: join(folder, 'cache') },
    },
    { log: silent, cwd: folder },
  );
  const printed: string[] = [];
  const call = {
    args: [],
    options,
    cwd: folder,
    signal: new AbortController().signal,
    log: silent,
    print: (text: string) => printed.push(text),
    project: async () => project,
    progress: () => ({ total() {}, step() {}, stop() {} }),
  } as unknown as CommandCall;
  try {
    await learn()
      .commands?.find((command) => command.name === name)
      ?.run(call);
  } finally {
    await project.close();
  }
  return printed.join('\n');
}
const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

describe('sv eval', () => {
  it('writes figures, a report and a recording; a replay of it touches no model', async () => {
    const text = await sv('eval', {
      data: 'labels.csv',
      by: ['weather'],
      price: ['orange=0.5'],
      json: 'out/eval.json',
      report: 'out/eval.html',
      recording: 'out/recording.jsonl',
      resamples: '50',
    });
    const evaluation = json('out/eval.json');
    expect(evaluation).toMatchObject({ n: 24, positives: 12, skipped: { unlabelled: 0 } });
    expect(evaluation.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['starter', 'orange']);
    const shares = evaluation.stages.map(({ share }: { share: number }) => share);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
    expect(Object.keys(evaluation.by.weather).sort()).toEqual(['dry', 'rain']);
    expect(Object.keys(evaluation.byGroup)).toContain('clip-0');
    expect(evaluation.cost.price).toBeCloseTo(shares[1] * 0.5, 12);
    const codes = evaluation.failed.map(({ code }: { code: string }) => code).sort();
    expect(codes).toEqual(['SV_DATA_DUPLICATE', 'SV_IMAGE_FORMAT', 'SV_INPUT_NOT_FOUND']);
    expect(text).toContain('labels.csv: 24 answers, 12 of them roadwork');
    const page = readFileSync(join(folder, 'out/eval.html'), 'utf8');
    expect(page).toContain('How this was measured');

    const before = loads;
    const again = await sv('eval', {
      replay: 'out/recording.jsonl',
      compare: 'out/eval.json',
      json: 'out/again.json',
      by: ['weather'],
      price: ['orange=0.5'],
      resamples: '50',
    });
    expect(loads).toBe(before);
    expect(again).toContain('McNemar p = 1.000');
    const { data: _, answers, ...replayed } = json('out/again.json');
    const { data: __, answers: first, ...measured } = evaluation;
    expect(answers).toEqual(first);
    expect(replayed).toEqual(measured);
  });

  it('a second run finds the answers of the first', async () => {
    await sv('eval', { data: 'labels.csv', resamples: '0' });
    const text = await sv('eval', { data: 'labels.csv', resamples: '0' });
    expect(text).toContain('answers to 24 of them were recorded earlier');
  });

  it('names what is wrong with its options', async () => {
    await expect(sv('eval', {})).rejects.toThrow('sv eval needs --data <folder|labels.csv>, or --replay <recording>.');
    await expect(sv('eval', { data: 'labels.csv', threshold: '2' })).rejects.toThrow(
      '--threshold received `2`, expected a number from 0 to 1.',
    );
    await expect(sv('eval', { data: 'labels.csv', price: ['orange'] })).rejects.toMatchObject({ code: 'SV_CLI_USAGE' });
    await expect(sv('eval', { replay: 'labels.csv' })).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });
});

describe('sv tune', () => {
  it('searches and judges over the recording, and writes what it found', async () => {
    const text = await sv('tune', {
      data: 'labels.csv',
      recording: 'out/recording.jsonl',
      tries: '200',
      resamples: '20',
      json: 'out/tune.json',
    });
    const tuning = json('out/tune.json');
    expect(tuning.parts.search.n + tuning.parts.judge.n).toBe(24);
    expect(text).toContain(tuning.snippet);
    expect(tuning.snippet).toContain("{ run: 'starter'");
  });
});

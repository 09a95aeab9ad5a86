import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CommandCall,
  calibrated,
  createRandom,
  createReplay,
  createRuntime,
  definePlugin,
  readCalibration,
  type Step,
  silent,
  type UserConfig,
  type When,
  window,
} from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calibrate, summariseCalibration, writeCalibration } from '../../src/calibration/index.js';
import { calibrateCommand } from '../../src/commands/calibrate.js';
import { recordDataset } from '../../src/recording/index.js';
import { datasetOf, type SampleInput, scene } from '../recording/scene.js';

let bytes: Uint8Array;
let folder: string;
beforeAll(async () => {
  bytes = await testPicture({ seed: 1, width: 8, height: 8, shapes: 1 });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sv-calibrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Frames of which a small stage knows much and a large one more; both are overconfident. */
function drawn(n: number, seed = 1): SampleInput[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const z = 3 * random.normal();
    const positive = random.next() < sigmoid(2 * z);
    return {
      id: `${i}.jpg`,
      label: positive ? 'cone' : 'clear',
      read: async () => bytes,
      meta: { small: sigmoid(4 * z), large: sigmoid(z + (positive ? 3 : -3)) },
    };
  });
}

const cascade = [{ run: 'small', exit: calibrated('./calibration.json') }, { run: 'large' }];
const out = () => join(folder, 'recording.jsonl');

describe('calibrate', () => {
  it('makes a file under which the cascade leaves where it says, with calibrated scores', async () => {
    const { project } = await scene({ cascade, cache: folder, config: {} });
    const recording = await recordDataset(project, datasetOf(drawn(600)), { out: out() });
    const calibration = await calibrate(recording, project, { targetError: 0.05 });
    const file = join(folder, 'calibration.json');
    await writeCalibration(file, calibration);
    expect(await readCalibration(file)).toEqual(JSON.parse(JSON.stringify(calibration)));

    const small = calibration.steps.small;
    if (!small || 'refused' in small.low || 'refused' in small.high) throw new Error('both sides were expected');
    // Twice overconfident: P(y) = σ(logit s / 2).
    expect(small.map).toMatchObject({ method: expect.stringMatching(/temperature|platt/) });
    expect(small.stages).toEqual(recording.header.stages.filter(({ stage }) => stage === 'small'));
    expect(calibration.steps.large?.stages).toHaveLength(2);

    const prepared = [{ run: 'small', exit: calibrated(file) }, { run: 'large' }];
    const replay = await createReplay(project, recording.header.stages, { cascade: prepared });
    const answers = await Promise.all(recording.frames.map((frame) => replay.answer(frame)));
    const left = answers.filter(({ exit }) => exit.after === 'small');
    expect(left).toHaveLength(small.low.exits + small.high.exits);
    expect(left.filter(({ label }) => label === 'clear')).toHaveLength(small.low.exits);
    const wrong = answers.filter(
      ({ exit, label }, i) => exit.after === 'small' && label !== recording.frames[i]?.label,
    );
    expect(wrong).toHaveLength(small.low.errors + small.high.errors);
    await replay.close();
    await project.close();
  });

  it('is used by a runtime, and refused once a stage has another model', async () => {
    const { project } = await scene({ cascade, cache: folder });
    const samples = drawn(400);
    const recording = await recordDataset(project, datasetOf(samples), { out: out() });
    await writeCalibration(join(folder, 'calibration.json'), await calibrate(recording, project));
    const runtime = await createRuntime(project.config, { cwd: folder, log: silent });
    const sure = samples.find(({ meta }) => (meta?.small as number) > 0.999) as SampleInput;
    const result = await runtime.run({ id: sure.id, bytes, meta: sure.meta ?? {} });
    expect(result).toMatchObject({
      label: 'cone',
      exit: { after: 'small', reason: expect.stringMatching(/^calibrated /) },
    });
    expect(result.trace[0]?.calibrated).toBe(result.score);
    await runtime.close();
    const retrained = await scene({
      cascade,
      cache: folder,
      stages: [{ name: 'small', identity: 'new' }, { name: 'large' }],
    });
    await expect(createRuntime(retrained.project.config, { cwd: folder, log: silent })).rejects.toMatchObject({
      code: 'SV_CALIBRATION_MISMATCH',
    });
    await Promise.all([project.close(), retrained.project.close()]);
  });

  it('leaves out frames that a head was trained on, and refuses where none is left', async () => {
    const { project } = await scene({ cascade, cache: folder });
    const recording = await recordDataset(project, datasetOf(drawn(400)), { out: out() });
    const seen = {
      ...recording,
      frames: recording.frames.map((frame, i) => (i < 50 ? { ...frame, trainedOn: 'group' as const } : frame)),
    };
    expect((await calibrate(seen, project)).data).toMatchObject({ n: 350, leftOut: { trainedOn: 50 } });
    const broken = { id: 'b.jpg', code: 'SV_IMAGE_CORRUPT', message: 'cut off' };
    const counted = await calibrate({ ...seen, failed: [broken] }, project);
    expect(counted.data.leftOut).toEqual({ trainedOn: 50, unlabelled: 0, failed: 1 });
    await writeCalibration(out(), counted);
    expect(await readCalibration(out())).toEqual(counted);
    expect(summariseCalibration(counted)).toContain('1 that could not be read or answered');
    const all = { ...recording, frames: seen.frames.slice(0, 50) };
    await expect(calibrate(all, project)).rejects.toMatchObject({
      code: 'SV_CALIBRATION_DATA',
      message: expect.stringContaining('Of 50 frames none can be used: 50 were trained on'),
    });
    await project.close();
  });

  it('is the same for the same recording, and names its data by content, not by order', async () => {
    const { project } = await scene({ cascade, cache: folder });
    const recording = await recordDataset(project, datasetOf(drawn(300)), { out: out() });
    const once = await calibrate(recording, project);
    expect(await calibrate(recording, project)).toEqual(once);
    const reversed = { ...recording, frames: [...recording.frames].reverse() };
    expect((await calibrate(reversed, project)).data.sha256).toBe(once.data.sha256);
    await project.close();
  });

  it('passes over a frame that nobody decides on', async () => {
    const when: When = (_verdict, _evidence, { frame }) => frame.id !== '7.jpg';
    const { project } = await scene({ cascade: cascade.map((step) => ({ ...step, when })), cache: folder });
    const recording = await recordDataset(project, datasetOf(drawn(400)), { out: out() });
    const { data, steps } = await calibrate(recording, project);
    expect([data.n, steps.small?.n]).toEqual([400, 399]);
    await project.close();
  });

  it('one step alone: of the frames that come to it under the exits of the earlier ones', async () => {
    const three = [
      { run: 'small', exit: window(0.05, 0.9) },
      { run: 'large', exit: window(0.4, 0.6) },
      { run: 'last' },
    ];
    const samples = drawn(2000).map((one) => ({ ...one, meta: { ...one.meta, last: 0.5 } }));
    const { project } = await scene({ cascade: three, cache: folder });
    const recording = await recordDataset(project, datasetOf(samples), { out: out() });
    const { steps, promise, cost } = await calibrate(recording, project, { step: 'large', targetError: 0.1 });
    const come = drawn(2000).filter(({ meta }) => (meta?.small as number) > 0.05 && (meta?.small as number) < 0.9);
    expect(Object.keys(steps)).toEqual(['large']);
    expect(steps.large?.n).toBe(come.length);
    expect(come.length).toBeLessThan(1000);
    expect(cost.ms).toBeLessThan(cost.msWithout);
    expect(promise.caveats).toContain(
      'Frames came to `large` under the exits that the earlier steps have now: it is void once one of them changes.',
    );
    await project.close();
  });

  it('knows two classes only', async () => {
    const task = { name: 't', classes: ['clear', 'cone', 'barrel'] as const, positive: 'cone' };
    const { project } = await scene({ cascade, cache: folder, config: { task } as Partial<UserConfig> });
    const recording = await recordDataset(project, datasetOf(drawn(5)), { out: out() });
    await expect(calibrate(recording, project)).rejects.toThrow('Calibration knows two classes, task t has 3.');
    await project.close();
  });
});

describe('sv calibrate', () => {
  const steps = [{ run: 'small' }, { run: 'large' }];
  const format = (samples: SampleInput[]) =>
    definePlugin({
      name: 'drawn',
      api: '^1',
      formats: [{ name: 'drawn', description: 'drawn', open: () => datasetOf(samples) }],
    });

  async function sv(options: Record<string, unknown>, samples = drawn(500), cascade: readonly Step[] = steps) {
    const { project, asked } = await scene({ cascade, cache: folder, config: { plugins: [format(samples)] } });
    let printed = '';
    const meter = { total() {}, step() {}, stop() {} };
    const call = {
      args: [],
      options: { out: 'calibration.json', ...options },
      cwd: folder,
      signal: new AbortController().signal,
      log: silent,
      print: (text: string) => {
        printed += text;
      },
      project: async () => project,
      progress: () => meter,
    } as unknown as CommandCall;
    try {
      await calibrateCommand.run(call);
    } finally {
      await project.close();
    }
    return { printed, asked };
  }

  it('writes the file, says what is promised and what to put into the config', async () => {
    const { printed } = await sv({ data: 'drawn:x', json: 'copy.json', recording: 'answers.jsonl' });
    const calibration = await readCalibration(join(folder, 'calibration.json'));
    expect(printed).toContain(summariseCalibration(calibration));
    expect(printed).toContain("exit: calibrated('");
    expect(JSON.parse(readFileSync(join(folder, 'copy.json'), 'utf8'))).toEqual(calibration);
    // A second time, from what was recorded: no stage is asked.
    const again = await sv({ recording: 'answers.jsonl', targetError: '0.1', side: 'low', method: 'clopper-pearson' });
    expect(again.asked).toEqual([]);
    expect((await readCalibration(join(folder, 'calibration.json'))).promise).toMatchObject({
      targetError: 0.1,
      method: 'clopper-pearson',
    });
  });

  it('takes the part for calibration where the data is split', async () => {
    const samples = drawn(600).map((one, i) => ({ ...one, split: i % 3 ? 'calibration' : 'test' }));
    await sv({ data: 'drawn:x' }, samples);
    expect((await readCalibration(join(folder, 'calibration.json'))).data.n).toBe(400);
  });

  it('one step alone keeps what its file holds of the steps before it, and needs it', async () => {
    const file = join(folder, 'calibration.json');
    const through = [
      { run: 'small', exit: calibrated(file) },
      { run: 'large', exit: calibrated(file) },
    ];
    await expect(sv({ data: 'drawn:x', step: 'large', targetError: '0.3' }, drawn(500), through)).rejects.toThrow(
      'Which frames come to `large` is not known, since `small` cannot let them through:',
    );
    await sv({ data: 'drawn:x', step: 'small', targetError: '0.1' }, drawn(800), through);
    const first = await readCalibration(file);
    await sv({ data: 'drawn:x', step: 'large', targetError: '0.3' }, drawn(800), through);
    const both = await readCalibration(file);
    expect(Object.keys(both.steps)).toEqual(['small', 'large']);
    expect(both.steps.small).toEqual(first.steps.small);
    const { low, high } = first.steps.small?.thresholds ?? {};
    const come = drawn(800).filter(
      ({ meta }) => (meta?.small as number) > (low as number) && (meta?.small as number) < (high as number),
    );
    expect(both.steps.large?.n).toBe(come.length);
    expect(both.promise.caveats.at(-1)).toContain(`\`small\` keeps the thresholds of an earlier calibration`);
  });

  it('keeps an earlier file when it refuses', async () => {
    writeFileSync(join(folder, 'calibration.json'), 'mine');
    await expect(sv({ data: 'drawn:x', targetError: '0.001' })).rejects.toMatchObject({ code: 'SV_CALIBRATION_DATA' });
    expect(readFileSync(join(folder, 'calibration.json'), 'utf8')).toBe('mine');
  });

  it('names what it cannot read on its command line', async () => {
    await expect(sv({})).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: sv calibrate needs --data <ref>, or --recording <file> of an earlier run. For example: sv calibrate --data labels.csv --out calibration.json]`,
    );
    await expect(sv({ data: 'drawn:x', risk: 'none' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --risk received \`none\` and expects conditional, marginal.]`,
    );
    await expect(sv({ data: 'drawn:x', targetError: 'few' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --target-error received \`few\` and expects a number.]`,
    );
  });
});

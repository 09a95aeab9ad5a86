import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { colorsFor } from '../../src/cli/colors.js';
import { tree } from '../../src/cli/commands/explain.js';
import { toRow } from '../../src/cli/output/row.js';
import {
  type Calibration,
  calibrated,
  createRuntime,
  definePlugin,
  defineStage,
  type RunContext,
  type StepCalibration,
  silent,
  type Task,
} from '../../src/index.js';
import { picture } from '../runtime/picture.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await picture();
});

const task: Task = { name: 'works', classes: ['no', 'yes'], positive: 'yes' };
const shaOf = (identity: string) =>
  createHash('sha256')
    .update(JSON.stringify([identity]))
    .digest('hex');
const identityOf = (stage: string) => ({ stage, plugin: 'models', sha256: shaOf(stage) });

const step = (stages: string[], more: Partial<StepCalibration> = {}): StepCalibration => ({
  stages: stages.map(identityOf),
  map: { method: 'temperature', temperature: 2 },
  shift: null,
  n: 500,
  positives: 200,
  groups: 500,
  thresholds: { low: 0.1, high: 0.9 },
  low: { exits: 100, errors: 0, upper: 0.0362, groups: 100, effectiveN: null, upperByGroup: null },
  high: { refused: 'too few' },
  ...more,
});

const file = (steps: Calibration['steps']): Calibration => ({
  version: 1,
  kind: 'calibration',
  task: { name: 'works', classes: ['no', 'yes'], positive: 'yes', threshold: 0.5 },
  data: {
    name: 'labels.csv',
    sha256: 'd'.repeat(64),
    n: 500,
    leftOut: { trainedOn: 0, unlabelled: 0 },
    pictures: [],
    groups: [],
  },
  cost: { ms: 1, msWithout: 2 },
  promise: {
    kind: 'conditional',
    chosenBy: 'error',
    targetError: 0.05,
    confidence: 0.95,
    method: 'fixed-sequence',
    correction: 'δ/2',
    statement: 'At most 5 % of the frames that leave are answered wrongly.',
    caveats: [],
  },
  steps,
});

interface Setting {
  readonly scores: Readonly<Record<string, number>>;
  readonly content: unknown;
  readonly cascade?: readonly unknown[];
  readonly task?: Task | undefined;
  readonly identity?: (name: string) => string;
}

async function run({ scores, content, cascade, identity = (name) => name, ...given }: Setting) {
  const dir = await mkdtemp(join(tmpdir(), 'sv-calibrated-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  if (content !== undefined) {
    await writeFile(join(dir, 'calibration.json'), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const stages = Object.entries(scores).map(([name, score]) =>
    defineStage({ name, run: (frames) => frames.map(() => ({ score })), identity: () => identity(name) }),
  );
  const steps = cascade ?? [{ run: 'a', exit: calibrated('./calibration.json') }, { run: 'b' }];
  const config = {
    task: 'task' in given ? given.task : task,
    plugins: [definePlugin({ name: 'models', api: '^1', stages })],
    cascade: steps,
  };
  const runtime = await createRuntime(config as Parameters<typeof createRuntime>[0], { cwd: dir, log: silent });
  const result = await runtime.run(bytes);
  await runtime.close();
  return result;
}

const content = file({ a: step(['a']) });

describe('calibrated', () => {
  it('stops at or below the low bound and at or above the high one, with the calibrated score', async () => {
    const low = await run({ scores: { a: 0.1, b: 0.5 }, content });
    expect(low).toMatchObject({ score: expect.closeTo(0.25, 12), label: 'no', exit: { after: 'a' } });
    expect(low.exit.reason).toMatchInlineSnapshot(`"calibrated 0.250 (score 0.100 ≤ 0.100)"`);
    const high = await run({ scores: { a: 0.9, b: 0.5 }, content });
    expect(high).toMatchObject({ score: expect.closeTo(0.75, 12), label: 'yes', exit: { after: 'a' } });
    expect(high.exit.reason).toMatchInlineSnapshot(`"calibrated 0.750 (score 0.900 ≥ 0.900)"`);
    const between = await run({ scores: { a: 0.8999, b: 0.3 }, content });
    expect(between).toMatchObject({ score: 0.3, exit: { after: 'b', reason: 'end of cascade' } });
  });

  it('is written in data by its path', async () => {
    const cascade = [{ run: 'a', exit: { calibrated: './calibration.json' } }, { run: 'b' }];
    expect((await run({ scores: { a: 0.05, b: 0.5 }, content, cascade })).exit.after).toBe('a');
  });

  it('never stops on a side that could not be promised', async () => {
    const content = file({ a: step(['a'], { thresholds: { low: null, high: 0.9 } }) });
    expect((await run({ scores: { a: 0, b: 0.4 }, content })).exit.after).toBe('b');
  });

  it('answers with the shifted score and shows the calibrated one in the trace, also where it goes on', async () => {
    const content = file({ a: step(['a'], { shift: 0.75 }) });
    const stopped = await run({ scores: { a: 0.9, b: 0.5 }, content });
    expect(stopped.score).toBe(0.5); // the cut itself, to the last digit
    expect(stopped.label).toBe('yes');
    expect(stopped.trace[0]).toMatchObject({ score: 0.9, calibrated: 0.75 });
    const went = await run({ scores: { a: 0.5, b: 0.7 }, content });
    expect(went.trace).toMatchObject([{ score: 0.5, calibrated: 0.5 }, { score: 0.7 }]);
    expect(went.trace[1]).not.toHaveProperty('calibrated');
  });

  it('answers between the bounds on the last step, and says that nothing is promised', async () => {
    const result = await run({
      scores: { a: 0.5 },
      content: file({ a: step(['a'], { shift: 0.8 }) }),
      cascade: [{ run: 'a', exit: calibrated('calibration.json') }],
    });
    expect(result).toMatchObject({ score: expect.closeTo(0.2, 12), label: 'no' });
    expect(result.exit.reason).toMatchInlineSnapshot(
      `"calibrated 0.500, shifted to 0.200 (score 0.500, last step: no promise)"`,
    );
  });

  it('calibrates the verdict of several stages', async () => {
    const result = await run({
      scores: { a: 0.85, b: 0.95 },
      content: file({ 'a+b': step(['a', 'b']) }),
      cascade: [{ run: ['a', 'b'], exit: calibrated('calibration.json') }],
    });
    expect(result.score).toBeCloseTo(0.75, 12);
    expect(result.trace[0]).not.toHaveProperty('calibrated');
  });

  it('is shown by `sv explain` and in rows', async () => {
    const result = await run({ scores: { a: 0.9, b: 0.5 }, content });
    expect(tree('x.png', result, [{ run: 'a' }, { run: 'b' }], colorsFor({}, {}, false))).toContain(
      '0.9000 → 0.7500 calibrated',
    );
    expect(toRow({ input: 'x.png', result }, 'x.png')).toMatchObject({
      trace: [{ score: 0.9, calibrated: expect.closeTo(0.75, 12) }],
    });
  });
});

describe('a calibration that does not fit is refused at the start', () => {
  const scores = { a: 0.05, b: 0.5 };
  const refused = async (setting: Partial<Setting>) => {
    const error = await run({ scores, content, ...setting }).then(
      () => undefined,
      (reason) => reason,
    );
    return `${error?.code}: ${error?.message}`.replace(/\S*sv-calibrated-\w+./g, '');
  };

  it('of another model', async () => {
    expect(await refused({ identity: (name) => `${name}, retrained` })).toMatchInlineSnapshot(
      `"SV_CALIBRATION_MISMATCH: ./calibration.json was made with another model in stage \`a\`: sha256 0eb5b8d6f81bc677da8a08567cc4fa9a06a57e9ec8da85ed73a7f62727996002, now cf12b0ab31a551fbee36fe35fa15e06d411eda2958a85d8b876af0bc0fd0eb91. Run \`sv calibrate --data <labelled pictures> --out ./calibration.json\` again."`,
    );
  });
  it('of a model in an earlier step, whose answers decided who came here', async () => {
    const cascade = [{ run: 'a' }, { run: 'b', exit: calibrated('calibration.json') }];
    const both = file({ b: step(['a', 'b']) });
    expect(await refused({ content: both, cascade, identity: (name) => (name === 'a' ? 'new' : name) })).toMatch(
      /^SV_CALIBRATION_MISMATCH: .*stage `a`/,
    );
  });
  it('of another task, class or threshold', async () => {
    expect(await refused({ task: { ...task, name: 'cracks' } })).toMatchInlineSnapshot(
      `"SV_CALIBRATION_MISMATCH: ./calibration.json was made for another task: works, now cracks. Run \`sv calibrate --data <labelled pictures> --out ./calibration.json\` again."`,
    );
    expect(await refused({ task: { ...task, positive: 'no' } })).toContain('another positive class: yes, now no');
    expect(await refused({ task: { ...task, threshold: 0.7 } })).toContain('another task.threshold: 0.5, now 0.7');
  });
  it('without the step', async () => {
    const content = file({ aa: step(['a']) });
    expect(await refused({ content })).toMatchInlineSnapshot(
      `"SV_CALIBRATION_INVALID: ./calibration.json has no step \`a\`. Did you mean \`aa\`? It has aa. Run \`sv calibrate --data <labelled pictures> --out ./calibration.json\` again."`,
    );
  });
  it('that is missing, cut off or damaged', async () => {
    expect(await refused({ content: undefined })).toMatchInlineSnapshot(
      `"SV_CALIBRATION_INVALID: calibration.json is not there. Make it with \`sv calibrate --data <labelled pictures> --out calibration.json\`."`,
    );
    expect(await refused({ content: JSON.stringify(content).slice(0, 80) })).toContain('cannot be read');
    const crossed = file({ a: step(['a'], { thresholds: { low: 0.9, high: 0.1 } }) });
    expect(await refused({ content: crossed })).toMatchInlineSnapshot(
      `"SV_CALIBRATION_INVALID: calibration.json holds no calibration: \`steps.a\`: thresholds.low is not below thresholds.high. Make it with \`sv calibrate --data <labelled pictures> --out calibration.json\`."`,
    );
    const falling = file({ a: step(['a'], { map: { method: 'isotonic', x: [0, 1], y: [1, 0] } }) });
    expect(await refused({ content: falling })).toContain('y falls');
  });
  it('for a task of three classes, or none', async () => {
    expect(await refused({ task: { name: 't', classes: ['a', 'b', 'c'], positive: 'a' } })).toMatchInlineSnapshot(
      `"SV_CONFIG_INVALID: calibrated('./calibration.json') knows two classes, task t has 3. Use window(low, high) on a score of one class against the rest."`,
    );
    expect(await refused({ task: undefined })).toContain('the config has no task');
  });
});

it('is not called without a path, nor used before its file was read', () => {
  expect(() => calibrated('')).toThrowErrorMatchingInlineSnapshot(
    `[SvError: calibrated(""): expected the path of a file. For instance calibrated('./calibration.json').]`,
  );
  expect(() =>
    calibrated('x.json')({ score: 0.5, boxes: [] }, [], {} as RunContext),
  ).toThrowErrorMatchingInlineSnapshot(
    `[SvError: calibrated('x.json') was used before its file was read. Let a runtime prepare it, or call \`prepare\` of the rule first.]`,
  );
});

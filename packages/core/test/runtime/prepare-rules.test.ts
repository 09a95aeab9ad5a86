import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createRuntime,
  definePlugin,
  defineStage,
  type ExitRule,
  type FuseRule,
  mean,
  type RuleContext,
  SvError,
  silent,
} from '../../src/index.js';
import { picture } from './picture.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await picture();
});

/** A rule that is not usable before it was prepared, and notes what it was shown. */
function halving(seen: RuleContext[]): ExitRule {
  const unprepared: ExitRule = () => {
    throw new Error('used before it was prepared');
  };
  return Object.assign(unprepared, {
    prepare(ctx: RuleContext) {
      seen.push(ctx);
      return Object.assign((() => ({ reason: 'halved' })) as ExitRule, { calibrate: (score: number) => score / 2 });
    },
  });
}

const stage = (name: string, files: readonly string[], identity?: () => string) =>
  defineStage({
    name,
    async load(ctx) {
      for (const file of files) await ctx.model(`file:${file}`);
      return undefined;
    },
    run: (frames) => frames.map(() => ({ score: 0.8 })),
    ...(identity && { identity }),
  });

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sv-rules-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'a.bin'), 'a');
  await writeFile(join(dir, 'b.bin'), 'b');
  return dir;
}

const start = (dir: string, stages: ReturnType<typeof stage>[], exit: ExitRule, fuse: FuseRule = mean()) =>
  createRuntime(
    {
      plugins: [definePlugin({ name: 'models', api: '^1', stages })],
      cascade: [{ run: stages.map(({ name }) => name), fuse, exit }],
    },
    { cwd: dir, log: silent },
  );

describe('a rule that reads a file', () => {
  it('is prepared with its step and with who the stages are, and calibrates the trace of a lone stage', async () => {
    const dir = await folder();
    const seen: RuleContext[] = [];
    const runtime = await start(dir, [stage('one', ['b.bin', 'a.bin', 'b.bin'])], halving(seen));
    const { exit, trace } = await runtime.run(bytes);
    await runtime.close();
    expect(exit.reason).toBe('halved');
    expect(trace).toMatchObject([{ score: 0.8, calibrated: 0.4 }]);
    const [ctx] = seen;
    expect(ctx).toMatchObject({ dir, step: { index: 0, name: 'one', stages: ['one'] } });
    // Whatever the order, and however often a file was asked for.
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const sha256 = hash(JSON.stringify(['', ...[hash('a'), hash('b')].sort()]));
    expect([...(ctx as RuleContext).stages.values()]).toEqual([{ stage: 'one', plugin: 'models', sha256 }]);
  });

  it('leaves the scores of several stages side by side as they are', async () => {
    const runtime = await start(await folder(), [stage('one', []), stage('two', [])], halving([]));
    const { trace } = await runtime.run(bytes);
    await runtime.close();
    expect(trace.map(({ calibrated }) => calibrated)).toEqual([undefined, undefined]);
  });

  it('tells stages apart by what they say of themselves', async () => {
    const seen: RuleContext[] = [];
    for (const model of ['glm', 'glm', 'qwen']) {
      await (await start(await folder(), [stage('one', [], () => model)], halving(seen))).close();
    }
    const [a, b, c] = seen.map(({ stages }) => stages.get('one')?.sha256);
    expect([a === b, a === c]).toEqual([true, false]);
  });

  it('stops the start with the path of its step when its file is wrong', async () => {
    const wrong = (error: unknown): ExitRule =>
      Object.assign((() => undefined) as ExitRule, {
        prepare() {
          throw error;
        },
      });
    const own = new SvError('SV_CALIBRATION_MISMATCH', 'Made of another model.');
    await expect(start(await folder(), [stage('one', [])], wrong(own))).rejects.toMatchObject({
      code: 'SV_CALIBRATION_MISMATCH',
    });
    await expect(start(await folder(), [stage('one', [])], wrong(new Error('no such file')))).rejects.toThrow(
      '[cascade[0].exit] no such file',
    );
  });
});

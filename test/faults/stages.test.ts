import { definePlugin, type Outcome } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { ending, FAULTS, type Fault, input, openCascade } from './cascade.js';

const faults = Object.entries(FAULTS) as [Fault, string][];

describe('a stage that fails', () => {
  it.each(['fail', 'skip', { use: 'starter' }] as const)('means what onError says: %j', async (onError) => {
    const sv = await openCascade({
      cascade: [
        { run: 'faulty', timeoutMs: 60, onError },
        { run: 'starter', fuse: (verdict, evidence) => ({ ...verdict, score: evidence.at(-1)?.output.score ?? 0 }) },
      ],
    });
    for (const [fault, code] of faults) {
      const run = sv.run(await input(fault));
      if (onError === 'fail') await expect(run, fault).rejects.toMatchObject({ code, where: { stage: 'faulty' } });
      else {
        const { trace, exit, score } = await run;
        const late = fault === 'hangs' ? 'late' : 'failed';
        expect(trace[0], fault).toMatchObject({ stage: 'faulty', status: late, score: null, code });
        expect(trace.at(-1), fault).toMatchObject({ stage: 'starter', status: 'answered', score });
        expect([trace.length, exit.after], fault).toEqual([onError === 'skip' ? 2 : 3, 'starter']);
      }
      // The next request works, with the very stage that failed.
      const { trace } = await sv.run(await input('fine'));
      expect(trace, `after ${fault}`).toMatchObject([{ score: 0.9 }, { status: 'answered' }]);
    }
  });

  it('costs the frames beside it in a batch nothing', async () => {
    const sv = await openCascade({ cascade: [{ run: 'faulty' }], budget: { concurrency: 8 } });
    const one = faults.filter(([fault]) => fault !== 'hangs').map(([fault]) => fault);
    const names = Array.from({ length: 70 }, (_, i) =>
      i % 5 === 2 ? (one[((i / 5) % one.length) | 0] as Fault) : 'fine',
    );
    const outcomes: Outcome[] = [];
    for await (const outcome of sv.runAll(await Promise.all(names.map((name) => input(name))))) outcomes.push(outcome);
    expect(outcomes.map(({ input, result, error }) => [input, result?.score ?? error?.code])).toEqual(
      names.map((name) => [name, name === 'fine' ? 0.9 : FAULTS[name]]),
    );
  });
});

describe('a hook that answers null', () => {
  it('is named, and the next request works', async () => {
    const wrong = (hook: string) => (at: { id?: string } | undefined, id: string | undefined) =>
      (at?.id ?? id) === hook ? null : undefined;
    // biome-ignore lint/suspicious/noExplicitAny: what it returns is wrong on purpose
    const nulls: any = {
      preprocess: (frame: { id: string }) => (frame.id === 'preprocess' ? null : frame),
      stage: ({ frame }: { frame: { id: string } }) => wrong('stage')(frame, undefined),
      fuse: (verdict: object, _: unknown, ctx: { frame: { id: string } }) => (ctx.frame.id === 'fuse' ? null : verdict),
      exit: (_: unknown, __: unknown, ctx: { frame: { id: string } }) => wrong('exit')(ctx.frame, undefined),
      postprocess: (result: { input: string }) => (result.input === 'postprocess' ? null : result),
      onResult: (result: { input: string }) => {
        if (result.input === 'onResult') throw new Error('the sink is down');
        return null;
      },
    };
    const plugin = definePlugin({ name: 'nulls', api: '^1', hooks: nulls });
    const sv = await openCascade({ plugins: [plugin], cascade: [{ run: 'starter' }] });
    for (const hook of ['preprocess', 'stage', 'fuse', 'exit', 'postprocess']) {
      await expect(sv.run(await input(hook)), hook).rejects.toMatchObject({
        code: 'SV_HOOK_RESULT',
        message: expect.stringMatching(new RegExp(`^\\[nulls › ${hook}\\] .*null`)),
        where: { plugin: 'nulls', hook },
      });
      expect(await ending(sv.run(await input('fine'))), `after ${hook}`).toBe('starter');
    }
    expect(await ending(sv.run(await input('onResult')))).toBe('starter');
  });
});

describe('too little time, too many callers', () => {
  it('a spent budget answers with what the real model said, or fails as configured', async () => {
    const cascade = [{ run: 'starter' }, { run: 'faulty' }];
    const patient = await openCascade({ cascade, budget: { ms: 1_000 } });
    const alone = await (await openCascade({ cascade: [{ run: 'starter' }] })).run(await input('alone'));
    const { score, exit, trace } = await patient.run(await input('hangs'));
    expect([score, exit.after]).toEqual([alone.score, 'starter']);
    expect(exit.reason).toMatch(/budget/);
    expect(trace[1]).toMatchObject({ stage: 'faulty', status: 'late', code: 'SV_DEADLINE' });
    const strict = await openCascade({ cascade, budget: { ms: 1_000, onExceeded: 'fail' } });
    expect(await ending(strict.run(await input('hangs')))).toBe('SV_DEADLINE');
    const hopeless = await openCascade({ cascade: [...cascade].reverse(), budget: { ms: 300 } });
    expect(await ending(hopeless.run(await input('hangs')))).toBe('SV_DEADLINE');
    for (const sv of [patient, strict]) expect(await ending(sv.run(await input('fine')))).toBe('faulty');
  });

  it('whoever comes when the queue is full is told at once when to come back', async () => {
    const sv = await openCascade({ cascade: [{ run: 'starter' }], budget: { concurrency: 2, queue: 3 } });
    await sv.run(await input('first'));
    const pictures = await Promise.all(Array.from({ length: 20 }, (_, i) => input(`${i}`, i)));
    const order: string[] = [];
    const errors: { retryAfterMs?: number }[] = [];
    await Promise.all(
      pictures.map((picture) =>
        sv.run(picture).then(
          () => order.push('answered'),
          (error) => {
            order.push(error.code);
            errors.push(error);
          },
        ),
      ),
    );
    expect(order).toEqual([...Array(15).fill('SV_OVERLOADED'), ...Array(5).fill('answered')]);
    expect(errors.every(({ retryAfterMs = 0 }) => retryAfterMs >= 1)).toBe(true);
    expect(await ending(sv.run(pictures[0] as { id: string; bytes: Uint8Array }))).toBe('starter');
    // `runAll` bounds itself: nothing is turned away.
    for await (const { error } of sv.runAll(pictures)) expect(error).toBeUndefined();
  });
});

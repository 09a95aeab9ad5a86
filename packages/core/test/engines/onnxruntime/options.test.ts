import { describe, expect, it } from 'vitest';
import { planSessions } from '../../../src/engines/index.js';
import type { EngineOptions } from '../../../src/types/index.js';

const shape = (options: EngineOptions, cores: number) => {
  const { workers, threads } = planSessions(options, cores);
  return `${workers} × ${threads}`;
};
const mistake = (options: object, cores = 4) => {
  try {
    planSessions(options, cores);
  } catch (error) {
    return String(error);
  }
  throw new Error('no error');
};

describe('planSessions', () => {
  it.each([
    [{}, 1, '1 × 1'],
    [{}, 2, '2 × 1'],
    [{}, 6, '4 × 1'],
    [{}, 16, '4 × 4'],
    [{ profile: 'latency' }, 16, '1 × 16'],
    [{ profile: 'frugal' }, 16, '2 × 1'],
    [{ profile: 'frugal' }, 1, '1 × 1'],
    [{ workers: 8 }, 16, '8 × 2'],
    [{ threads: 8 }, 16, '2 × 8'],
    [{ threads: 2, profile: 'latency' }, 16, '1 × 2'],
    [{ workers: 3, threads: 5 }, 16, '3 × 5'],
    [{ providers: ['cuda', 'cpu'] }, 16, '1 × 16'],
    [{ providers: [{ name: 'cuda', deviceId: 1 }], workers: 2 }, 16, '2 × 8'],
  ] as const)('%j on %i cores is %s', (options, cores, expected) => {
    expect(shape(options, cores)).toBe(expected);
  });

  it('never plans more threads than cores', () => {
    for (let cores = 1; cores <= 130; cores++) {
      for (const profile of ['latency', 'throughput', 'frugal'] as const) {
        const { workers, threads } = planSessions({ profile }, cores);
        expect(workers * threads).toBeLessThanOrEqual(cores);
        expect(Math.min(workers, threads)).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it('spins for latency only, and lets session options win', () => {
    const spinning = (options: EngineOptions) =>
      planSessions(options, 4).sessionOptions.extra?.['session.intra_op.allow_spinning'];
    expect([spinning({}), spinning({ profile: 'latency' }), spinning({ profile: 'frugal' })]).toEqual(['0', '1', '0']);
    const own = planSessions({ sessionOptions: { graphOptimizationLevel: 'basic', extra: { a: 'b' } } }, 4);
    expect(own.sessionOptions).toMatchObject({
      graphOptimizationLevel: 'basic',
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      extra: { a: 'b', 'session.intra_op.allow_spinning': '0' },
    });
  });

  it('names every mistake', () => {
    expect([
      mistake({ workers: 0 }),
      mistake({ threads: 2.5 }),
      mistake({ workers: 2, threads: 3 }),
      mistake({ profile: 'fast' }),
      mistake({ providers: [] }),
      mistake({ providers: ['cdua', 'cpu'] }),
      mistake({ providers: ['cpu', 'cuda'] }),
      mistake({ providers: ['cuda', { name: 'cuda' }] }),
      mistake({ sessionOptions: { intraOpNumThreads: 2 } }),
    ]).toMatchInlineSnapshot(`
      [
        "SvError: engine.workers is 0, expected a whole number from 1 to 4, the cores that this process may use. Leave it out to let engine.profile decide.",
        "SvError: engine.threads is 2.5, expected a whole number from 1 to 4, the cores that this process may use. Leave it out to let engine.profile decide.",
        "SvError: engine.workers 2 × engine.threads 3 is more than the 4 cores that this process may use. More threads than cores make every run slower: lower one of the two, or leave one out.",
        "SvError: engine.profile is "fast", expected one of latency, throughput, frugal.",
        "SvError: engine.providers is empty. Write ['cpu'].",
        "SvError: engine.providers is [cdua, cpu]: \`cdua\` is no provider, expected one of cpu, cuda, tensorrt, coreml, dml, webgpu. Did you mean \`cuda\`?",
        "SvError: engine.providers is [cpu, cuda]: nothing after cpu is ever tried. Put cpu last.",
        "SvError: engine.providers is [cuda, cuda]: one is there twice.",
        "SvError: engine.sessionOptions.intraOpNumThreads is set by the engine. Use engine.threads instead.",
      ]
    `);
  });
});

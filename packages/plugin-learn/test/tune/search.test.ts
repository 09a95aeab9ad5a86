import { describe, expect, it } from 'vitest';
import { accuracy, mcc } from '../../src/metrics/index.js';
import { withFailures } from '../../src/tune/search.js';

describe('frames that fail', () => {
  it('are wrong answers: more of them never make a cascade better, also where it is worse than chance', () => {
    const counts = { tp: 2, fp: 6, tn: 2, fn: 6 };
    const figures = [0, 1, 2, 5].map((failing) => {
      const all = withFailures({ counts, lost: { positives: failing, negatives: failing } });
      return [accuracy(all) as number, mcc(all) as number] as const;
    });
    for (const [i, [share, correlation]] of figures.slice(1).entries()) {
      expect(share).toBeLessThan(figures[i]?.[0] as number);
      expect(correlation).toBeLessThan(figures[i]?.[1] as number);
    }
    expect(withFailures({ counts, lost: { positives: 3, negatives: 1 } })).toEqual({ tp: 2, fp: 7, tn: 2, fn: 9 });
  });
});

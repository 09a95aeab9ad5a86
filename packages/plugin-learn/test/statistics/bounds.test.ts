import { describe, expect, it } from 'vitest';
import * as statistics from '../../src/statistics/index.js';
import { readGolden, SHARED } from '../goldens.js';

const relative = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(expected), 1e-3));

describe('published vectors', () => {
  it('Clopper–Pearson', () => {
    relative(statistics.clopperPearsonUpper(0, 100, 0.05), 0.029513049607039925);
    relative(statistics.clopperPearsonUpper(3, 200, 0.05), 0.03830970849856934);
    relative(statistics.clopperPearsonUpper(10, 1000, 0.01), 0.02004260590087893);
    relative(statistics.clopperPearsonLower(10, 1000, 0.01), 0.004140298065144727);
    relative(statistics.clopperPearsonUpper(0, 299, 0.05), 0.009969146792899269);
    relative(statistics.clopperPearsonUpper(1, 50, 0.1), 0.07558059884532793);
    expect(statistics.clopperPearsonUpper(7, 7, 0.05)).toBe(1);
    expect(statistics.clopperPearsonLower(0, 7, 0.05)).toBe(0);
  });

  it('how many exits a promise needs', () => {
    const table = [0.005, 0.01, 0.02, 0.05].map((alpha) =>
      [0, 1, 2, 5].map((errors) => statistics.exitsNeeded(errors, alpha, 0.05)),
    );
    expect(table).toEqual([
      [598, 947, 1258, 2100],
      [299, 473, 628, 1049],
      [149, 236, 313, 523],
      [59, 93, 124, 208],
    ]);
  });

  it('Hoeffding–Bentkus and the binomial test', () => {
    relative(statistics.hoeffdingBentkus(0.01, 500, 0.03), 0.006824461403018775);
    relative(statistics.binomialTest(5, 500, 0.03), 0.0025105790472386242);
    relative(statistics.hoeffdingBentkus(0.02, 1000, 0.03), 0.09046655075156623);
    relative(statistics.binomialTest(20, 1000, 0.03), 0.033280784135194114);
    expect(statistics.hoeffdingBentkus(0.05, 200, 0.05)).toBe(1);
  });
});

describe('distributions', () => {
  it('log-factorials are those of exact whole numbers', () => {
    for (const n of [0, 1, 2, 5, 14, 15, 16, 30, 100, 170]) {
      let exact = 1n;
      for (let i = 2n; i <= BigInt(n); i++) exact *= i;
      const digits = exact.toString();
      const log = Math.log(Number(`0.${digits.slice(0, 17)}`)) + digits.length * Math.LN10;
      expect(Math.abs(statistics.logGamma(n + 1) - log)).toBeLessThan(1e-13 * Math.max(1, log));
    }
    relative(statistics.logGamma(0.5), Math.log(Math.PI) / 2);
  });

  it('binomial probabilities sum to 1, from both ends', () => {
    for (const [n, p] of [
      [7, 0.3],
      [500, 0.02],
      [20_000, 0.5],
    ] as const) {
      let sum = 0;
      for (let k = 0; k <= n; k++) sum += statistics.binomialPmf(k, n, p);
      relative(sum, 1);
      for (const k of [0, Math.floor(n * p) - 1, Math.floor(n * p) + 3]) {
        relative(statistics.binomialCdf(k, n, p) + statistics.binomialCdf(n - k - 1, n, 1 - p), 1);
      }
    }
  });

  it('the beta quantile and Clopper–Pearson agree', () => {
    for (const [k, n] of [
      [0, 20],
      [3, 200],
      [40, 90],
    ] as const) {
      const bound = statistics.clopperPearsonUpper(k, n, 0.05);
      expect(statistics.betaQuantile(0.95, k + 1, n - k)).toBeCloseTo(bound, 12);
    }
    expect(statistics.betaQuantile(0.25, 0.5, 0.5)).toBeCloseTo(Math.sin(Math.PI / 8) ** 2, 12); // arcsine law
  });
});

it('refuses what is no count', () => {
  expect(() => statistics.clopperPearsonUpper(3, 2, 0.05)).toThrowErrorMatchingInlineSnapshot(
    `[SvError: A bound for 3 of 2 at δ = 0.05 was asked. Expected whole numbers 0 ≤ k ≤ n, n ≥ 1, and δ in (0, 1).]`,
  );
});

describe.skipIf(!SHARED)('agrees with scipy', () => {
  const golden = readGolden('metrics/metrics.json');
  it('Clopper–Pearson', () => {
    for (const { k, n, delta, upper_one_sided, lower_one_sided, two_sided } of golden.clopper_pearson) {
      relative(statistics.clopperPearsonUpper(k, n, delta), upper_one_sided);
      relative(statistics.clopperPearsonLower(k, n, delta), lower_one_sided);
      const { low, high } = statistics.clopperPearson(k, n, 1 - delta);
      relative(low, two_sided[0]);
      relative(high, two_sided[1]);
    }
  });
  it('binomial CDF and Hoeffding–Bentkus', () => {
    for (const { k, n, p, cdf } of golden.binom_cdf) relative(statistics.binomialCdf(k, n, p), cdf);
    for (const { rhat, n, alpha, hb_p, binom_p } of golden.hoeffding_bentkus) {
      relative(statistics.hoeffdingBentkus(rhat, n, alpha), hb_p);
      relative(statistics.binomialTest(Math.round(rhat * n), n, alpha), binom_p);
    }
  });
});

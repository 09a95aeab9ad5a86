import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ERRORS, type Outcome } from '@streetvision/core';
import { testPicture } from '@streetvision/core/testing';
import { expect, it } from 'vitest';
import { openCascade } from '../faults/cascade.js';
import { mutate, randomOf } from './bytes.js';

const TOTAL = 2_000;
/** Lenient: allocators keep what they once had. A leak of one picture in ten would be more. */
const GROWTH = 96 * 2 ** 20;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

async function settledRss(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage().rss;
}

it(`${TOTAL} damaged pictures through the starter: a score or a code each, and no memory stays`, {
  timeout: 170_000,
}, async () => {
  const formats = ['jpeg', 'png', 'webp'] as const;
  const originals = await Promise.all(
    Array.from({ length: 9 }, (_, i) =>
      testPicture({ seed: i, format: formats[i % 3] ?? 'jpeg', width: 96, height: 80 }),
    ),
  );
  const sv = await openCascade({ cascade: [{ run: 'starter' }], images: { maxPixels: 400_000 } });
  const random = randomOf(72);
  const mutants = function* (count: number) {
    for (let i = 0; i < count; i++) {
      yield { id: String(i), bytes: mutate(originals[i % originals.length] as Buffer, random) };
    }
  };
  const codes = new Map<string, number>();
  const check = ({ result, error }: Outcome) => {
    const code = error?.code ?? 'answered';
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (error) {
      expect(error.code).toMatch(/^SV_IMAGE_(EMPTY|FORMAT|CORRUPT|TOO_MANY_PIXELS)$/);
      expect(ERRORS).toHaveProperty(error.code);
    } else {
      expect(result.score).toBeGreaterThanOrEqual(0);
      expect(result.score).toBeLessThanOrEqual(1);
      expect(['roadwork', 'no_roadwork']).toContain(result.label);
    }
  };
  for await (const outcome of sv.runAll(mutants(TOTAL / 4))) check(outcome);
  const before = await settledRss();
  for await (const outcome of sv.runAll(mutants((TOTAL * 3) / 4))) check(outcome);
  const grown = (await settledRss()) - before;

  expect([...codes.values()].reduce((sum, count) => sum + count)).toBe(TOTAL);
  // Both ends are reached often: the mutations neither spare nor always break the pictures.
  expect(codes.get('answered')).toBeGreaterThan(TOTAL / 10);
  expect(codes.get('SV_IMAGE_CORRUPT')).toBeGreaterThan(TOTAL / 10);
  expect(grown).toBeLessThan(GROWTH);
});

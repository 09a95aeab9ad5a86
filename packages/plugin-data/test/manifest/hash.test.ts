import { expect, it } from 'vitest';
import { countSamples } from '../../src/manifest/hash.js';

it('counts labels, sources and parts of any name', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty'];
  const lines = names.flatMap((name) => [1, 2].map(() => ({ label: name, group: name, source: name, split: name })));
  const counts = { constructor: 2, hasOwnProperty: 2, toString: 2 };
  expect(countSamples(lines)).toEqual({
    samples: 6,
    unlabelled: 0,
    groups: 3,
    labels: counts,
    sources: counts,
    splits: counts,
  });
});

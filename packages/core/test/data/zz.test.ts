import { it } from 'vitest';
import { createRandom, splitByGroup } from '../../src/data/index.js';
it('m', () => {
  for (const [n, sizes, skew] of [[40, 30, 0.5], [13, 60, 0.9], [500, 5, 0.2], [30, 200, 1]] as const) {
    let worst = 0, mean = 0, count = 0;
    for (let seed = 0; seed < 30; seed++) {
      const r = createRandom(`${n}/${seed}`);
      const samples: { group: string; label: string }[] = [];
      for (let g = 0; g < n; g++) { const p = skew === 1 ? Number(r.next() < 0.15) : Math.min(1, Math.max(0, 0.3 + skew * (r.next() - 0.5)));
        const size = 1 + Math.floor(sizes * r.next() ** 2); for (let k = 0; k < size; k++) samples.push({ group: `g${g}`, label: r.next() < p ? 'a' : 'b' }); }
      const parts = { train: 0.6, calibration: 0.2, test: 0.2 };
      const dealt = splitByGroup(samples, { parts, seed });
      for (const label of ['a', 'b']) { const total = samples.filter((s) => s.label === label).length; if (!total) continue;
        for (const [name, share] of Object.entries(parts)) { const got = samples.filter((s, i) => s.label === label && dealt[i] === name).length / total; const e = Math.abs(got - share); worst = Math.max(worst, e); mean += e; count++; } }
    }
    console.log(n, sizes, skew, 'mean', (mean / count).toFixed(4), 'worst', worst.toFixed(3));
  }
  const big = Array.from({ length: 60_000 }, (_, i) => ({ group: `g${i}`, label: i % 3 ? 'a' : 'b' }));
  const t = performance.now(); splitByGroup(big, { parts: { train: 0.6, test: 0.4 } }); console.log('60k groups', performance.now() - t);
}, 300000);

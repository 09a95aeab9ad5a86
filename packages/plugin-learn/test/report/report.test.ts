import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareEvaluations } from '../../src/evaluate/compare.js';
import { evaluate } from '../../src/evaluate/evaluate.js';
import type { Evaluation } from '../../src/evaluate/types.js';
import { evaluationPage, writeEvaluationReport } from '../../src/report/index.js';
import { worstMistakes } from '../../src/report/mistakes.js';
import { datasetOf, type SampleInput, scene } from '../recording/scene.js';

let cache: string;
let evaluation: Evaluation;
const EVIL = '"><img src=x onerror=alert(1)>\u202egpj.jpg';
const samples: SampleInput[] = Array.from({ length: 40 }, (_, i) => ({
  id: i === 7 ? EVIL : `${i}.jpg`,
  label: i % 2 ? 'cone' : 'clear',
  group: i === 7 ? '</td><script>' : `clip-${Math.floor(i / 3)}`,
  source: i < 20 ? 'street' : '<b>other',
  // The hostile one is the surest mistake.
  meta: { small: (i * 0.37) % 1, large: i === 7 ? 0.001 : (i * 0.73) % 1 },
}));
const dataset = datasetOf(samples, '<title>.csv');

beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'sv-eval-report-'));
  const { project } = await scene({ cascade: [{ run: 'small', exit: () => undefined }, { run: 'large' }], cache });
  evaluation = await evaluate(project, dataset, { resamples: 20, prices: { large: 0.01 } });
  await project.close();
});
afterAll(() => rmSync(cache, { recursive: true }));

const parsed = (page: string) => parseHTML(page).document;

describe('the report', () => {
  it('shows the parts, with pictures of the worst mistakes, and reaches for nothing outside', async () => {
    const file = join(cache, 'eval.html');
    const comparison = compareEvaluations(evaluation, evaluation, { resamples: 10 });
    await writeEvaluationReport(file, evaluation, { dataset, comparison, mistakes: 6 });
    const page = readFileSync(file, 'utf8');
    const document = parsed(page);
    const headings = [...document.querySelectorAll('h2')].map((one) => one.textContent);
    expect(headings).toEqual([
      'Compared',
      'Decisions',
      'Can the scores be believed?',
      'The cascade',
      'Where it is good and where not',
      'Worst mistakes',
      'How this was measured',
    ]);
    expect(document.querySelectorAll('svg.plot').length).toBe(7);
    expect(document.querySelectorAll('.card img[src^="data:image/webp;base64,"]').length).toBe(6);
    expect(document.querySelectorAll('script, link, iframe, [style], svg style').length).toBe(0);
    expect(page.match(/(?:src|href)="(?!data:)/g)).toBeNull();
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('ends a long table at 200 rows, and says where the rest is', () => {
    const [slice] = Object.values(evaluation.byGroup);
    const byGroup = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`clip ${i}`, { ...slice, n: 2 }]));
    const document = parsed(evaluationPage({ ...evaluation, byGroup } as Evaluation));
    const rows = [...document.querySelectorAll('td.name')].filter((cell) => cell.textContent?.startsWith('clip '));
    expect(rows).toHaveLength(200);
    expect(document.body.textContent).toContain('The 200 largest of 5000; what sv eval --json writes has all of them.');
  });

  it('shows hostile names as text', async () => {
    const page = evaluationPage(evaluation, {
      mistakes: [{ answer: worstMistakes(evaluation, 1)[0] as never, thumbnail: { why: '<i>' } }],
    });
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('\u202e');
    const document = parsed(page);
    expect(document.querySelector('.card .id')?.textContent).toBe(EVIL.replace('\u202e', '⟨U+202E⟩'));
    expect(document.querySelector('h1')?.textContent).toContain('<title>.csv');
  });

  it('leaves out what one class does not define', () => {
    const one: Evaluation = {
      ...evaluation,
      roc: [],
      pr: [],
      auroc: null,
      recall: null,
      specificity: 1,
      positives: 0,
      ablation: [],
      pareto: [],
    };
    const document = parsed(evaluationPage(one));
    expect([...document.querySelectorAll('h3')].map((heading) => heading.textContent)).not.toContain('ROC');
    expect(document.querySelector('.tiles')?.textContent).toContain('–');
  });

  it('picks mistakes of both kinds, and few of a group first', () => {
    const worst = worstMistakes(evaluation, 8);
    expect(worst[0]?.id).toBe(EVIL);
    expect(new Set(worst.map(({ positive }) => positive)).size).toBe(2);
    expect(worst.every(({ correct }) => !correct)).toBe(true);
    const all = worstMistakes(evaluation, 1_000);
    expect(all.length).toBe(evaluation.answers.filter(({ correct }) => !correct).length);
  });
});

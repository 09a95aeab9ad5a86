import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files } from '@streetvision/backbone-starter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamples, type Sample } from '../../tools/starter/data/samples.js';
import { figures, figuresByGroup } from '../../tools/starter/evaluate/figures.js';
import { example, sv } from '../examples/sv.js';

const shared = process.env.SV_SHARED;
const images = join(shared ?? '', 'images');

interface Row {
  readonly input: string;
  readonly score: number;
  readonly exit: { readonly after: string };
}

describe.skipIf(!shared)('sv run with the starter over the photos of its card', () => {
  let folder: string;
  let samples: Sample[];
  let answers: number[];
  let report: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sv-demonstration-'));
    await symlink(
      fileURLToPath(new URL('../../node_modules', import.meta.url)),
      join(folder, 'node_modules'),
      'junction',
    );
    // The starter alone; the photos are looked at where they are.
    await writeFile(join(folder, 'sv.config.ts'), await readFile(example('swap-backbone/sv.config.ts')));
    const ended = await sv(folder, ['run', join(images, 'clips'), '--jsonl', '--report', 'report.html', '-q']);
    expect(ended.code, ended.err).toBe(0);
    const rows = ended.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    report = await readFile(join(folder, 'report.html'), 'utf8');
    const scores = new Map(rows.map(({ input, score }) => [input.slice(images.length + 1), score]));
    samples = (await readSamples(images)).filter(({ source }) => source === 'roadwork_clips');
    // Every labelled photo was answered, and no other lies there.
    expect([...scores.keys()].sort()).toEqual(samples.map(({ file }) => file).sort());
    answers = samples.map(({ file }) => scores.get(file) as number);
  }, 90_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('gives the figures of its card', async () => {
    const { itself, itselfByGroup } = JSON.parse(await readFile(files.card, 'utf8'));
    const counted = [...samples.keys()].filter((i) => !samples[i]?.dense);
    const measured = figures(answers, samples, counted);
    expect(measured.confusion).toEqual(itself.confusion);
    expect(measured.balancedAccuracy.value).toBeCloseTo(itself.balancedAccuracy.value, 4);
    // Another processor's last bits may let neighbours swap ranks.
    expect(measured.auroc.value).toBeCloseTo(itself.auroc.value, 3);
    const rates = (groups: readonly { group: string; recall: number | null; falsePositiveRate: number | null }[]) =>
      groups.map(({ group, recall, falsePositiveRate }) => [group, recall?.toFixed(3), falsePositiveRate?.toFixed(3)]);
    expect(rates(figuresByGroup(answers, samples, counted))).toEqual(rates(itselfByGroup));
  });

  it('writes a report of all of them', () => {
    for (const { file } of samples) expect(report).toContain(file);
  });
});

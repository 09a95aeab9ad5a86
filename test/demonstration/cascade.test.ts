import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '@streetvision/backbone-starter';
import { beforeAll, describe, expect, it } from 'vitest';
import { demonstrate } from '../../tools/demonstration/demonstrate.js';
import type { Summary } from '../../tools/demonstration/summary.js';
import { byClip, differences, overview } from '../../tools/demonstration/table.js';
import { variants } from '../../tools/demonstration/variants.js';
import { readSamples, type Sample } from '../../tools/starter/data/samples.js';

const shared = process.env.SV_SHARED;
const images = join(shared ?? '', 'images');
const resnet = join(shared ?? '', 'models/resnet50_imagenet_int8w.onnx');

/** The first few of each kind of the clips that have both. */
function few(samples: readonly Sample[]): Sample[] {
  const clips = ['indianapolis', 'jacksonville', 'los_angeles'];
  return clips.flatMap((clip) =>
    [true, false].flatMap((positive) =>
      samples.filter((s) => s.group === clip && s.positive === positive && !s.dense).slice(0, 3),
    ),
  );
}

describe.skipIf(!shared)('the starter and then ResNet-50, each clip judged by heads that saw nothing of it', () => {
  let samples: Sample[];

  beforeAll(async () => {
    samples = (await readSamples(images)).filter(({ source }) => source === 'roadwork_clips');
  });

  it('gives the held-out figures of the card where the starter answers alone', { timeout: 120_000 }, async () => {
    const alone = variants([]).filter(({ name }) => name === 'starter alone');
    const [summary] = (await demonstrate({ images, samples, variants: alone })) as [Summary];
    const { heldOut, heldOutByGroup } = JSON.parse(await readFile(files.card, 'utf8'));
    expect(summary.figures.confusion).toEqual(heldOut.confusion);
    expect(summary.figures.auroc.value).toBeCloseTo(heldOut.auroc.value, 2);
    expect(summary.byClip.map(({ group }) => group)).toEqual(
      heldOutByGroup.map(({ group }: { group: string }) => group),
    );
  });

  it('answers some at the first stage and sends the rest on, clip by clip', { timeout: 120_000 }, async () => {
    const part = few(samples);
    const names = ['starter alone', 'both, always', 'cascade (0.2, 0.8)'];
    const chosen = variants([[0.2, 0.8]]).filter(({ name }) => names.includes(name));
    const summaries = await demonstrate({ images, samples: part, resnet, variants: chosen });
    const of = (name: string) => summaries.find((summary) => summary.name === name) as Summary;
    const [starter, both, cascade] = [of('starter alone'), of('both, always'), of('cascade (0.2, 0.8)')];

    expect(both.exits).toEqual({ resnet50: 1 });
    expect(cascade.exits.starter).toBeGreaterThan(0);
    expect(cascade.exits.resnet50).toBeGreaterThan(0);
    expect((cascade.exits.starter as number) + (cascade.exits.resnet50 as number)).toBeCloseTo(1);
    for (const { figures } of summaries) expect(figures.pictures).toEqual({ positive: 9, negative: 9 });
    // A stage that seldom runs is seldom paid for; how much it saves is a benchmark, not a test.
    expect(cascade.against['both, always']?.value).toBeCloseTo(
      cascade.figures.balancedAccuracy.value - both.figures.balancedAccuracy.value,
    );
    expect(starter.exits).toEqual({ starter: 1 });
    expect(overview(summaries, 'both, always').split('\n')).toHaveLength(2 + summaries.length);
    expect(differences(summaries, ['both, always'])).not.toMatch(/NaN|undefined/);
    expect(byClip(cascade, both)).not.toMatch(/NaN|undefined/);
  });
});

import { createFrame, definePlugin, defineStage, type StageOutput } from '@streetvision/core';
import { stageContext, testPicture } from '@streetvision/core/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { mergeBoxes } from '../../src/adaptation/boxes.js';
import { type TtaOptions, tta } from '../../src/index.js';
import { bench, task } from './fixture.js';

/** A stage that says what it is told to of each view, in turn, and notes how many it was shown at once. */
function told(outputs: readonly StageOutput[], maxBatch = 8) {
  const batches: number[] = [];
  let at = 0;
  const stage = defineStage({
    name: 'told',
    maxBatch,
    run(frames) {
      batches.push(frames.length);
      return frames.map(() => outputs[at++ % outputs.length] as StageOutput);
    },
  });
  return { stage, batches };
}

const frames = async (count = 1) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) =>
      createFrame({ id: `${i}`, bytes: await testPicture({ width: 100, height: 50, seed: i + 1 }) }),
    ),
  );

const vote = async (outputs: readonly StageOutput[], options: TtaOptions = {}) => {
  const { stage } = told(outputs);
  const answers = await tta(stage, options).run(await frames(), undefined, stageContext({ task }));
  return answers[0] as StageOutput;
};

const entropy = (p: number) => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);

describe('tta', () => {
  it('votes by mean, by confidence and by log-odds', async () => {
    const said = [{ score: 0.9 }, { score: 0.4 }];
    expect((await vote(said, { vote: 'mean' })).score).toBeCloseTo(0.65, 12);
    const [a, b] = [1 - entropy(0.9), 1 - entropy(0.4)];
    expect((await vote(said)).score).toBeCloseTo((0.9 * a + 0.4 * b) / (a + b), 12);
    const odds = Math.sqrt((0.9 / 0.1) * (0.4 / 0.6));
    expect((await vote(said, { vote: 'logOdds' })).score).toBeCloseTo(odds / (1 + odds), 12);
    expect((await vote([{ score: 0.5 }, { score: 0.5 }])).score).toBe(0.5);
  });

  it('says how far the views differ', async () => {
    expect((await vote([{ score: 0.9 }, { score: 0.5 }])).uncertainty?.std).toBeCloseTo(0.2, 12);
  });

  it('votes class by class', async () => {
    const scores = (no: number) => ({ score: 1 - no, scores: { no_roadwork: no, roadwork: 1 - no } });
    const { score, scores: fused } = await vote([scores(0.2), scores(0.6)], { vote: 'mean' });
    expect(score).toBeCloseTo(0.6, 12);
    expect(fused?.no_roadwork).toBeCloseTo(0.4, 12);
  });

  it('leaves out views of which nothing is known', async () => {
    expect((await vote([{ score: 0, abstained: true }, { score: 0.8 }])).score).toBeCloseTo(0.8, 12);
    expect(await vote([{ score: 0, abstained: true }])).toMatchObject({ abstained: true });
  });

  it('shows all views of a batch at once, or as many as the stage takes', async () => {
    const four = told([{ score: 0.5 }], 4);
    const wrapped = tta(four.stage, { views: ['same', 'flip'] });
    expect(wrapped.maxBatch).toBe(2);
    await wrapped.run(await frames(2), undefined, stageContext({ evidence: [[], []] }));
    expect(four.batches).toEqual([4]);
    const one = told([{ score: 0.5 }], 1);
    await tta(one.stage, { views: ['same', 'flip', 'zoom'] }).run(await frames(), undefined, stageContext());
    expect(one.batches).toEqual([1, 1, 1]);
  });

  it('brings boxes back to the frame and makes one of those of one thing', async () => {
    const box = { x: 10, y: 5, width: 20, height: 10, label: 'cone', score: 0.8 };
    const mirrored = { ...box, x: 70, score: 0.6 };
    const { boxes } = await vote([
      { score: 0.9, boxes: [box] },
      { score: 0.9, boxes: [mirrored] },
    ]);
    expect(boxes).toEqual([{ ...box, score: expect.closeTo(0.7, 12) }]);
    const zoomed = { ...box, x: 0, y: 0 };
    const [alone] =
      (await vote([{ score: 0.9 }, { score: 0.9, boxes: [zoomed] }], { views: ['same', 'zoom'] })).boxes ?? [];
    expect(alone).toMatchObject({ x: 10, y: 5, score: 0.4 });
  });

  it('keeps boxes of other labels and of other places apart', () => {
    const box = { x: 0, y: 0, width: 10, height: 10, label: 'cone', score: 0.5 };
    expect(mergeBoxes([[box, { ...box, label: 'sign' }], [{ ...box, x: 20 }]])).toHaveLength(3);
  });

  it('wraps all stages of a plugin, and the stage of dinov3 by option too', async () => {
    const plugin = definePlugin({ name: 'p', api: '^1', stages: [told([{ score: 0.5 }]).stage] });
    expect(tta(plugin).stages?.[0]?.maxBatch).toBe(4);
    // Redder than green on the left half only: the two halves are seen apart.
    const halves = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 255, g: 0, b: 0 } } })
      .composite([
        {
          input: { create: { width: 8, height: 16, channels: 3, background: { r: 0, g: 255, b: 0 } } },
          left: 8,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    const { open } = await bench();
    const views = [
      { region: { x: 0, y: 0, width: 0.5, height: 1 } },
      { region: { x: 0.5, y: 0, width: 0.5, height: 1 } },
    ];
    await using byOption = await open({ tta: { views, vote: 'mean' } });
    await using byHand = await open({}, (one) => tta(one, { views, vote: 'mean' }));
    const { score } = await byOption.run(halves);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    expect(score).toBeCloseTo((sigmoid(4.5) + sigmoid(-3.5)) / 2, 5);
    expect((await byHand.run(halves)).score).toBe(score);
  });

  it('refuses views and votes that it does not know', () => {
    const { stage } = told([]);
    expect(() => tta(stage, { views: ['upside-down' as 'flip'] })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: tta(): there is no view \`upside-down\`. Views are same, flip, zoom, left, right, darker, brighter, or { region, mirror, brightness }.]`,
    );
    expect(() => tta(stage, { vote: 'loudest' as 'mean' })).toThrow(/expected mean, confidence or logOdds/);
    expect(() => tta(stage, { views: [] })).toThrow(/at least one view/);
  });
});

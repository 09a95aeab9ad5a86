import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { calibrateSet } from '../../src/calibration/index.js';
import type { CalibrationSet } from '../../src/calibration/types.js';

interface Frame {
  readonly truth: 0 | 1;
  readonly scores: readonly (number | null)[];
  readonly group?: string;
  readonly ms?: readonly number[];
}

/** Frames as the steps see them; the last step ends the cascade. */
function setOf(frames: readonly Frame[], names = ['quick', 'sure']): CalibrationSet {
  return {
    truth: frames.map(({ truth }) => truth),
    groups: frames.map(({ group }, i) => group ?? String(i)),
    threshold: 0.5,
    steps: names.map((name, at) => ({
      name,
      stages: [],
      scores: frames.map(({ scores }) => scores[at] ?? null),
      ms: frames.map(({ ms }) => ms?.[at] ?? 10),
    })),
  };
}

/** `no` sure negatives, `unsure` in the middle and `yes` sure positives, without an error among the sure ones. */
const clear = (no: number, unsure: number, yes: number): Frame[] => [
  ...Array.from({ length: no }, (_, i) => ({ truth: 0 as const, scores: [0.001 + 0.1 * (i / no), 0.2] })),
  ...Array.from({ length: unsure }, (_, i) => ({
    truth: (i % 2) as 0 | 1,
    scores: [0.4 + 0.2 * (i / unsure), i % 2 ? 0.8 : 0.2],
  })),
  ...Array.from({ length: yes }, (_, i) => ({ truth: 1 as const, scores: [0.999 - 0.1 * (i / yes), 0.9] })),
];

const refusal = (run: () => unknown) => {
  try {
    run();
    return 'nothing was refused';
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
};

describe('with too little data it says how much is needed, and refuses', () => {
  it('one side: 299 exits without an error for 1 % at 95 %', () => {
    const options = { targetError: 0.01, sides: 'low' } as const;
    expect(refusal(() => calibrateSet(setOf(clear(212, 0, 100)), options))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: Not enough to promise anything:
        quick, low side: 212 exits, 299 needed for 1 % at 95 %
       Label more frames, ask for a larger --target-error or a lower --confidence, or for one side with --side."
    `);
    expect(refusal(() => calibrateSet(setOf(clear(298, 0, 100)), options))).toContain('298 exits, 299 needed');
    const found = calibrateSet(setOf(clear(299, 0, 100)), options);
    expect(found.steps.quick?.low).toMatchObject({ exits: 299, errors: 0, upper: expect.closeTo(0.009969, 6) });
  });

  it('two sides share the confidence', () => {
    expect(refusal(() => calibrateSet(setOf(clear(212, 0, 100)), { targetError: 0.01 }))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: Not enough to promise anything:
        quick, low side: 212 exits, 368 needed for 1 % at 97.5 %
        quick, high side: 100 exits, 368 needed for 1 % at 97.5 %
       Label more frames, ask for a larger --target-error or a lower --confidence, or for one side with --side."
    `);
  });

  it('many frames that are wrong: how many may be', () => {
    const coin = setOf(
      Array.from({ length: 900 }, (_, i) => ({ truth: (i % 2) as 0 | 1, scores: [(i % 90) / 90, 0.5] })),
    );
    expect(refusal(() => calibrateSet(coin, { fit: 'none' }))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: Not enough to promise anything:
        quick, low side: of the 150 surest 70 are wrong, at most 2 may be for 5 % at 97.5 %
        quick, high side: of the 150 surest 70 are wrong, at most 2 may be for 5 % at 97.5 %
       Label more frames, ask for a larger --target-error or a lower --confidence, or for one side with --side."
    `);
    expect(refusal(() => calibrateSet(coin, { fit: 'none', method: 'clopper-pearson' }))).toContain(
      'are wrong, at most',
    );
  });

  it('marginal: frames, since all of them count', () => {
    expect(refusal(() => calibrateSet(setOf(clear(40, 0, 40)), { risk: 'marginal' }))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: Not enough to promise anything:
        quick, low side: 80 frames, 146 needed for 2.5 % at 97.5 %
        quick, high side: 80 frames, 146 needed for 2.5 % at 97.5 %
       Label more frames, ask for a larger --target-error or a lower --confidence, or for one side with --side."
    `);
  });
});

describe('what is promised', () => {
  it('a side that cannot be promised is named, and nobody leaves there', () => {
    const { steps, promise } = calibrateSet(setOf(clear(400, 40, 30)));
    expect(steps.quick?.thresholds).toEqual({ low: expect.any(Number), high: null });
    expect(steps.quick?.high).toEqual({ refused: '50 exits, 72 needed for 5 % at 97.5 %' });
    expect(steps.sure?.low).toEqual({ refused: 'last step' });
    expect(promise.statement).toMatchInlineSnapshot(
      `"With 95 % confidence, of the frames that leave on each of these sides at most 5 % are answered wrongly: quick (no)."`,
    );
    expect(promise.correction).toMatchInlineSnapshot(
      `"δ = 0.05 shared by 2 sides × 1 step: 0.025 each; nothing for choosing a threshold, since they are tested from strict to loose until the first failure"`,
    );
  });

  it('counts at a later step only those that came there', () => {
    const frames = clear(300, 400, 300).map((frame) => ({ ...frame, scores: [...frame.scores, 0.5] }));
    const { steps, promise } = calibrateSet(setOf(frames, ['quick', 'middle', 'last']), { fit: 'none' });
    const { low, high } = steps.quick as { low: { exits: number }; high: { exits: number } };
    expect(low.exits).toBeGreaterThan(200);
    expect(steps.middle?.n).toBe(1000 - low.exits - high.exits);
    expect(steps.last?.n).toBeLessThan(steps.middle?.n as number);
    expect(promise.correction).toContain('2 sides × 2 steps: 0.0125 each');
  });

  it('frames that a step was left out for pass it by', () => {
    const frames = clear(300, 100, 300).map((frame, i) => (i % 3 ? frame : { ...frame, scores: [null, 0.4] }));
    const { steps } = calibrateSet(setOf(frames), { fit: 'none' });
    expect(steps.quick?.n).toBe(frames.filter(({ scores }) => scores[0] !== null).length);
  });

  it('evidence is what the file says: counted again from the thresholds', () => {
    const random = createRandom(5);
    const frames = Array.from({ length: 900 }, (): Frame => {
      const z = 3 * random.normal();
      const truth = Number(random.next() < 1 / (1 + Math.exp(-1.8 * z))) as 0 | 1;
      return { truth, scores: [Number((1 / (1 + Math.exp(-z))).toFixed(2)), truth] };
    });
    for (const method of ['fixed-sequence', 'clopper-pearson'] as const) {
      for (const risk of ['conditional', 'marginal'] as const) {
        const step = calibrateSet(setOf(frames), { method, risk, targetError: 0.08 }).steps.quick;
        const { low, high } = step?.thresholds ?? {};
        const left = frames.filter(({ scores }) => (scores[0] as number) <= (low as number));
        const right = frames.filter(({ scores }) => (scores[0] as number) >= (high as number));
        expect(step?.low).toMatchObject({ exits: left.length, errors: left.filter(({ truth }) => truth).length });
        expect(step?.high).toMatchObject({ exits: right.length, errors: right.filter(({ truth }) => !truth).length });
      }
    }
  });

  it('near-duplicates: taken as independent, what the groups say stands beside it, and a caveat says so', () => {
    const frames = clear(300, 0, 300).map((frame, i) => ({ ...frame, group: `scene ${Math.floor(i / 30)}` }));
    const { steps, promise } = calibrateSet(setOf(frames), { framesIndependent: true });
    expect(steps.quick?.low).toMatchObject({
      groups: 10,
      effectiveN: 10,
      upperByGroup: expect.closeTo(1 - 0.025 ** 0.1, 9),
    });
    expect(promise.caveats.join(' ')).toContain('600 come from 20 groups');
    expect(refusal(() => calibrateSet(setOf(frames)))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: Not enough to promise anything:
        quick, low side: 10 exits, 72 needed for 5 % at 97.5 %
        quick, high side: 10 exits, 72 needed for 5 % at 97.5 %
      One of each group counts: 20 of 600 frames.
       Label more groups, ask for a larger --target-error or a lower --confidence, or for one side with --side. Where frames of a group are not alike, --frames-independent counts each."
    `);
  });

  it('one frame of each group: as many groups are needed as frames otherwise', () => {
    const scenes = (size: number) =>
      clear(300, 0, 300).map((frame, i) => ({ ...frame, group: `scene ${Math.floor(i / size)}` }));
    const { n, steps, promise } = calibrateSet(setOf(scenes(3)));
    expect(n).toBe(200);
    expect(steps.quick?.low).toMatchObject({ exits: expect.closeTo(98, -1), errors: 0, upperByGroup: null });
    expect(promise.caveats.join(' ')).toContain('One frame of each group was drawn, 200 of 600');
    expect(promise.statement).toContain('of the frames of new groups that leave');
    expect(refusal(() => calibrateSet(setOf(scenes(5))))).toContain('60 exits, 72 needed');
  });

  it('a shift moves where yes begins, and no exit crosses it', () => {
    const { steps } = calibrateSet(setOf(clear(400, 200, 400)), { shift: 0.3 });
    expect(steps.quick?.shift).toBe(0.3);
    expect(calibrateSet(setOf(clear(400, 200, 400)), { shift: 'mcc' }).steps.quick?.shift).toBeGreaterThan(0);
  });

  it('scores that fall where the truth rises are not used', () => {
    const upside = clear(300, 0, 300).map((frame) => ({ ...frame, truth: (1 - frame.truth) as 0 | 1 }));
    expect(refusal(() => calibrateSet(setOf(upside)))).toContain('the scores fall where the truth rises');
  });
});

describe('thresholds by share and by cost', () => {
  const frames = clear(300, 400, 300).map((frame) => ({ ...frame, ms: [5, 100] }));

  it('by share: the surest leave, and the bound is what follows', () => {
    const { steps, promise } = calibrateSet(setOf(frames), { targetExitShare: 0.4 });
    const { low, high } = steps.quick as { low: { exits: number }; high: { exits: number } };
    expect(low.exits + high.exits).toBe(400);
    expect(promise).toMatchObject({ chosenBy: 'exit-share', targetError: null });
    expect(promise.statement).toContain('No target was asked for.');
  });

  it('by cost: no more recorded milliseconds than asked', () => {
    const { ms, msWithout, promise } = calibrateSet(setOf(frames), { budgetMs: 60 });
    expect(msWithout).toBe(105);
    expect(ms).toBeLessThanOrEqual(60);
    expect(ms).toBeGreaterThan(50);
    expect(promise.chosenBy).toBe('budget');
    expect(refusal(() => calibrateSet(setOf(frames), { budgetMs: 2 }))).toMatchInlineSnapshot(
      `"SV_CALIBRATION_DATA: Even with everybody out at once a frame takes 5.0 ms. Give a budget above that, or put a cheaper stage first; 2 ms were asked for."`,
    );
  });

  it('labels have no say in who leaves: where the fitted map gives another answer, nobody does', () => {
    // Most of those below 0.5 are positive, so that the map says yes from about 0.3 on.
    const tilted = Array.from({ length: 1000 }, (_, i): Frame => {
      const score = 0.001 + (0.998 * i) / 1000;
      return { truth: Number(score > 0.3) as 0 | 1, scores: [score, 0.5], ms: [5, 100] };
    });
    expect(refusal(() => calibrateSet(setOf(tilted), { targetExitShare: 0.9, sides: 'low' }))).toContain(
      'No side of any step can leave:\n  quick, low side: calibrated, ',
    );
    const { steps, promise } = calibrateSet(setOf(tilted), { targetExitShare: 0.9 });
    expect(steps.quick?.thresholds).toEqual({ low: null, high: expect.any(Number) });
    expect(promise.statement).toMatchInlineSnapshot(
      `"With 95 % confidence, no more of the frames that leave there are answered wrongly than the bound \`upper\` of each side says: quick (yes). No target was asked for. The share of 90 % is not reached: after quick 449 of 1000 leave."`,
    );
    // A budget is kept or refused.
    expect(refusal(() => calibrateSet(setOf(tilted), { budgetMs: 15 }))).toMatchInlineSnapshot(`
      "SV_CALIBRATION_DATA: A frame takes 60.1 ms instead of 15, since not all can leave who would have to:
        quick, low side: calibrated, 151 of the 451 surest get the other answer: fewer may leave
       Give a larger budget, or put a cheaper or better stage first."
    `);
  });

  it('a share of the step, also where one side only may be left on', () => {
    const { steps } = calibrateSet(setOf(frames), { targetExitShare: 0.25, sides: 'low' });
    expect(steps.quick?.low).toMatchObject({ exits: 250 });
  });

  it('with an error asked as well: refused where it cannot be shown', () => {
    expect(calibrateSet(setOf(frames), { budgetMs: 60, targetError: 0.05 }).promise.targetError).toBe(0.05);
    expect(refusal(() => calibrateSet(setOf(frames), { targetExitShare: 1, targetError: 0.05 }))).toMatchInlineSnapshot(
      `"SV_CALIBRATION_DATA: With these thresholds step \`quick\` has 100 errors among 500 exits: at most 23.78 % can be shown, 5.00 % was asked. Ask for fewer exits, a larger budget or a larger --target-error."`,
    );
  });
});

it('refuses settings that contradict each other', () => {
  const set = setOf(clear(300, 0, 300));
  expect(refusal(() => calibrateSet(set, { targetError: 5 }))).toMatchInlineSnapshot(
    `"SV_TRAIN_OPTIONS: targetError is 5, expected a number in (0, 1)."`,
  );
  expect(refusal(() => calibrateSet(set, { targetExitShare: 0.5, budgetMs: 5 }))).toContain('SV_TRAIN_OPTIONS');
  const mistyped = { risk: 'marginl', method: 'exact', sides: 'lo', fit: 'plat' };
  expect(
    Object.entries(mistyped).map(([name, value]) => refusal(() => calibrateSet(set, { [name]: value }))),
  ).toMatchInlineSnapshot(`
    [
      "SV_TRAIN_OPTIONS: risk is "marginl", expected conditional, marginal. Did you mean \`marginal\`?",
      "SV_TRAIN_OPTIONS: method is "exact", expected fixed-sequence, clopper-pearson.",
      "SV_TRAIN_OPTIONS: sides is "lo", expected both, low, high. Did you mean \`low\`?",
      "SV_TRAIN_OPTIONS: fit is "plat", expected auto, temperature, platt, isotonic, none. Did you mean \`platt\`?",
    ]
  `);
  expect(refusal(() => calibrateSet(set, { step: 'quik' }))).toContain('Did you mean `quick`?');
  expect(refusal(() => calibrateSet({ ...set, threshold: 0.7 }, { shift: 'mcc' }))).toContain('The task labels at 0.7');
});

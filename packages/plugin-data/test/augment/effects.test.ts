import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { augmentPixels, EFFECTS } from '../../src/augment/index.js';
import { box, colourful, deviation, drawn, marked, redOf } from './drawn.js';

describe.each(EFFECTS.map((effect) => [effect.name, effect] as const))('%s', (name, effect) => {
  it('gives the same pixels for the same seed, and leaves those it was given alone', async () => {
    const picture = colourful(61, 43);
    const before = picture.data.slice();
    const [one, same] = await Promise.all([0, 0].map((seed) => augmentPixels(picture, [name], createRandom(seed))));
    expect(one?.data).toEqual(same?.data);
    expect(picture.data).toEqual(before);
    expect(one?.data.length).toBe((one?.width ?? 0) * (one?.height ?? 0) * 3);
  });

  it('gives other pixels for other seeds', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 6; seed++) {
      const { data } = await augmentPixels(colourful(61, 43), [name], createRandom(seed));
      outcomes.add(Buffer.from(data).toString('base64'));
    }
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it('stands both ends of its settings and pictures of a pixel', async () => {
    for (const picture of [colourful(1, 1), colourful(3, 2), colourful(37, 23)]) {
      for (const end of ['low', 'high'] as const) {
        const settings = Object.fromEntries(
          Object.entries(effect.settings).map(([key, setting]) => [
            key,
            key === 'width' || key === 'height' ? 16 : setting[end],
          ]),
        );
        const out = await augmentPixels(
          { ...picture, boxes: [box(0, 0, picture.width, picture.height)] },
          [[name, settings]],
          createRandom(1),
        );
        expect(out.data.length).toBe(out.width * out.height * 3);
        for (const { x, y, width, height } of out.boxes) {
          expect(x >= 0 && y >= 0 && x + width <= out.width + 1e-9 && y + height <= out.height + 1e-9).toBe(true);
        }
      }
    }
  });
});

describe('effects', () => {
  it.each([
    ['brightness', { factor: 1 }],
    ['contrast', { factor: 1 }],
    ['saturation', { factor: 1 }],
    ['rotate', { degrees: 0 }],
    ['shiftScale', { x: 0, y: 0, scale: 1 }],
    ['pixelate', { size: 1 }],
    ['motionBlur', { length: 1 }],
    ['noise', { sigma: 0 }],
    ['shadow', { strength: 0 }],
    ['resizedCrop', { scale: 1, ratio: 1 }],
  ] as const)('%s does nothing where it is set to nothing', async (name, settings) => {
    const picture = colourful(40, 30);
    expect((await augmentPixels(picture, [[name, settings]], createRandom(2))).data).toEqual(picture.data);
  });

  it('does what its name says to a colour', async () => {
    const of = async (name: string, settings: Record<string, number>, colour: readonly number[]) => {
      const { data } = await augmentPixels(
        drawn(4, 4, () => colour),
        [[name, settings]],
        createRandom(0),
      );
      return [...data.subarray(0, 3)];
    };
    expect(await of('brightness', { factor: 0.5 }, [100, 200, 10])).toEqual([50, 100, 5]);
    expect(await of('saturation', { factor: 0 }, [255, 0, 0])).toEqual([76, 76, 76]);
    // A third of a turn makes another channel the strongest.
    for (const degrees of [120, -120]) {
      const turned = await of('hue', { degrees }, [200, 30, 30]);
      expect(Math.max(...turned)).toBeGreaterThan((turned[0] as number) + 20);
    }
    expect(await of('hue', { degrees: 90 }, [120, 120, 120])).toSatisfy((grey: number[]) =>
      grey.every((value) => Math.abs(value - 120) <= 1),
    );
  });

  it('adds noise of the deviation that was asked for', async () => {
    const { data } = await augmentPixels(
      drawn(200, 200, () => [128, 128, 128]),
      [['noise', { sigma: 12 }]],
      createRandom(5),
    );
    for (const channel of [0, 1, 2]) {
      expect(deviation([...data].filter((_, i) => i % 3 === channel))).toBeCloseTo(12, 0);
    }
  });

  it('draws drops, flakes and fog that get denser', async () => {
    for (const [name, key] of [
      ['rain', 'amount'],
      ['snow', 'amount'],
      ['fog', 'density'],
    ] as const) {
      const grey = drawn(160, 90, (x, y) => [((x * 5 + y * 3) % 100) + 20, 60, 60]);
      const change = async (value: number) => {
        const { data } = await augmentPixels(grey, [[name, { [key]: value }]], createRandom(3));
        return data.reduce((sum, byte, i) => sum + Math.abs(byte - (grey.data[i] as number)), 0);
      };
      expect(await change(0.9)).toBeGreaterThan(1.5 * (await change(0.3)));
    }
  });
});

describe('boxes', () => {
  const at = box(70, 40, 24, 18);
  it.each([
    ['flip', { horizontal: 1 }],
    ['flip', { horizontal: 1, vertical: 1 }],
    ['rotate', { degrees: 14 }],
    ['rotate', { degrees: -33 }],
    ['shiftScale', { x: 0.1, y: -0.15, scale: 1.2 }],
    ['resizedCrop', { scale: 0.8, ratio: 1.1, width: 240, height: 100 }],
  ] as const)('%s %o moves them with what they hold', async (name, settings) => {
    for (let seed = 0; seed < 4; seed++) {
      const out = await augmentPixels(marked(160, 100, at), [[name, settings]], createRandom(seed));
      const { left, top, right, bottom, count } = redOf(out);
      expect(count).toBeGreaterThan(100);
      const [moved] = out.boxes;
      expect(moved?.label).toBe('cone');
      const { x = 0, y = 0, width = 0, height = 0 } = moved ?? {};
      // Edges are mixed with grey, so the red is a little smaller.
      for (const [edge, seen] of [
        [x, left],
        [y, top],
        [x + width, right],
        [y + height, bottom],
      ] as const) {
        expect(Math.abs(edge - seen)).toBeLessThanOrEqual(2.5);
      }
    }
  });

  it('change sides when the picture is turned upside down', async () => {
    const upside = [['flip', { horizontal: 0, vertical: 1 }]] as const;
    const { boxes } = await augmentPixels(marked(160, 100, box(70, 10, 24, 18)), [...upside], createRandom(0));
    expect(boxes).toEqual([box(70, 72, 24, 18)]);
  });

  it('are dropped where less than a tenth is left', async () => {
    const { boxes } = await augmentPixels(
      marked(160, 100, at),
      [['shiftScale', { x: 0.55, y: 0, scale: 1 }]],
      createRandom(0),
    );
    expect(boxes).toEqual([]);
    const { boxes: cut } = await augmentPixels(
      marked(160, 100, at),
      [['shiftScale', { x: 0.5, y: 0, scale: 1 }]],
      createRandom(0),
    );
    expect(cut).toEqual([{ ...at, x: 150, width: 10 }]);
  });
});

import { createRandom } from '@streetvision/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { rawPicture } from '../../src/augment/picture.js';
import { decodeAsStored } from '../../src/augment/sn72/as-stored.js';
import { sn72Challenge } from '../../src/augment/sn72/challenge.js';
import { distort, gaussianWeights } from '../../src/augment/sn72/distortions.js';
import { centralSquare, letterbox, letterboxSides, randomSquare, turnedPart } from '../../src/augment/sn72/geometry.js';
import { colourful, deviation, drawn } from './drawn.js';

const encoded = (width: number, height: number) => rawPicture(colourful(width, height)).png().toBuffer();
const challenges = async (profile: '2026-01' | '2026-04', count: number, width = 90, height = 60) => {
  const bytes = await encoded(width, height);
  return Promise.all(Array.from({ length: count }, (_, seed) => sn72Challenge(bytes, profile, createRandom(seed))));
};

describe.each(['2026-01', '2026-04'] as const)('profile %s', (profile) => {
  it('gives 224 x 224 JPEGs of quality 75, 4:2:0, without metadata', async () => {
    const [first] = await challenges(profile, 1);
    const bytes = Buffer.from(first?.bytes ?? []);
    const meta = await sharp(bytes).metadata();
    expect(meta).toMatchObject({ format: 'jpeg', width: 224, height: 224, chromaSubsampling: '4:2:0', channels: 3 });
    expect([meta.exif, meta.icc]).toEqual([undefined, undefined]);
    // The first weight of the luminance table of the standard is 16 at quality 50.
    expect(bytes[bytes.indexOf(Buffer.from([0xff, 0xdb])) + 5]).toBe(8);
  });

  it('draws each level a quarter of the time, and the strengths evenly', async () => {
    const all = await challenges(profile, 200);
    for (const level of [0, 1, 2, 3]) {
      const count = all.filter((one) => one.level === level).length;
      // Five standard deviations.
      expect(Math.abs(count - 50)).toBeLessThan(31);
    }
    const strengths = all.flatMap(({ level, distortions = {} }) => (level === 3 ? Object.values(distortions) : []));
    for (const strength of [0, 1, 2]) {
      expect(strengths.filter((one) => one === strength).length / strengths.length).toBeCloseTo(1 / 3, 0.7);
    }
    const mild = all.filter(({ level }) => level === 2).flatMap(({ distortions = {} }) => Object.entries(distortions));
    expect(new Set(mild.map(([name]) => name))).toEqual(new Set(['CS', 'CC', 'JPEG']));
    expect(new Set(mild.map(([, strength]) => strength))).toEqual(new Set([0, 1]));
    const turns = all.filter(({ level }) => level > 0).map(({ degrees = 0 }) => degrees);
    // Of some 150 draws the outermost lie near ±20.
    expect([Math.min(...turns) < -17, Math.max(...turns) > 17]).toEqual([true, true]);
    for (const { level, degrees = 0 } of all)
      expect(Math.abs(degrees) <= 20 && (level > 0 || degrees === 0)).toBe(true);
  });

  it('never flips', async () => {
    const bytes = await rawPicture(drawn(120, 120, (x, y) => [x < 60 ? 255 : 0, y < 60 ? 255 : 0, 0]))
      .png()
      .toBuffer();
    for (let seed = 0; seed < 24; seed++) {
      const { bytes: made } = await sn72Challenge(bytes, profile, createRandom(seed));
      const { data } = await sharp(made).raw().toBuffer({ resolveWithObject: true });
      let [left, right, top, bottom] = [0, 0, 0, 0];
      for (let i = 0; i < 224 * 224; i++) {
        const x = i % 224;
        if (x < 112) left += data[i * 3] as number;
        else right += data[i * 3] as number;
        if (i < 224 * 112) top += data[i * 3 + 1] as number;
        else bottom += data[i * 3 + 1] as number;
      }
      expect(left >= right && top >= bottom).toBe(true);
    }
  });
});

describe('geometry', () => {
  it('takes the central square, a half to the even pixel', () => {
    expect(centralSquare(drawn(13, 8, () => [0, 0, 0]))).toEqual({ x: 2, y: 0, width: 8, height: 8 });
    expect(centralSquare(drawn(15, 8, () => [0, 0, 0]))).toEqual({ x: 4, y: 0, width: 8, height: 8 });
  });

  it('cuts squares of 20–100 % of the area inside the picture', () => {
    const picture = drawn(300, 200, () => [0, 0, 0]);
    const sides = Array.from({ length: 500 }, (_, seed) => {
      const { x, y, width, height } = randomSquare(picture, createRandom(seed));
      expect(width).toBe(height);
      expect(x >= 0 && y >= 0 && x + width <= 300 && y + height <= 200).toBe(true);
      return width;
    });
    expect(Math.min(...sides)).toBeGreaterThanOrEqual(Math.floor(Math.sqrt(0.2 * 60_000)));
    expect(Math.max(...sides)).toBe(200);
  });

  it('falls back to the whole height where no square fits', () => {
    expect(
      randomSquare(
        drawn(1000, 10, () => [0, 0, 0]),
        createRandom(0),
      ),
    ).toEqual({ x: 495, y: 0, width: 10, height: 10 });
  });

  it('turns counter-clockwise by the nearest pixel, with black corners', () => {
    const picture = drawn(21, 21, (x) => (x > 10 ? [255, 0, 0] : [0, 0, 255]));
    const whole = { x: 0, y: 0, width: 21, height: 21 };
    const quarter = turnedPart(picture, 90, whole);
    // What was on the right is on top.
    expect([...quarter.data.subarray((2 * 21 + 10) * 3, (2 * 21 + 10) * 3 + 3)]).toEqual([255, 0, 0]);
    const slight = turnedPart(picture, 20, whole);
    expect([...slight.data.subarray(0, 3)]).toEqual([0, 0, 0]);
    const colours = new Set(Array.from({ length: 441 }, (_, i) => slight.data.subarray(i * 3, i * 3 + 3).join()));
    expect(colours).toEqual(new Set(['0,0,0', '255,0,0', '0,0,255']));
  });

  it('turns a part as it turns the whole', () => {
    const picture = colourful(60, 40);
    const whole = turnedPart(picture, 13, { x: 0, y: 0, width: 60, height: 40 });
    const part = turnedPart(picture, 13, { x: 11, y: 7, width: 20, height: 20 });
    for (let y = 0; y < 20; y++) {
      const from = ((y + 7) * 60 + 11) * 3;
      expect(part.data.subarray(y * 60, y * 60 + 60)).toEqual(whole.data.subarray(from, from + 60));
    }
  });

  it('letterboxes on black, the larger margin right and below', async () => {
    const { data } = await letterbox(drawn(1000, 333, () => [255, 255, 255]));
    const rows = Array.from({ length: 224 }, (_, y) => data[(y * 224 + 100) * 3]);
    expect([rows.indexOf(255), rows.lastIndexOf(255)]).toEqual([75, 148]);
    expect(letterboxSides({ width: 1000, height: 333 })).toEqual([224, 74]);
  });

  it('sends what it has where a picture is too narrow to letterbox', async () => {
    const sent = await sn72Challenge(await encoded(2, 900), '2026-04', createRandom(0));
    expect(sent).toMatchObject({ level: -1, width: 2, height: 900 });
  });
});

describe('distortions', () => {
  const flat = (r: number, g: number, b: number) => drawn(30, 30, () => [r, g, b]);
  const first = async (name: 'CS' | 'CC' | 'JPEG' | 'GB', level: number, colour: readonly [number, number, number]) => [
    ...(await distort(flat(...colour), name, level, createRandom(0))).data.subarray(0, 3),
  ];

  it('multiply for contrast, and cut fractions off', async () => {
    expect(await first('CC', 1, [200, 100, 33])).toEqual([170, 85, 28]);
    expect(await first('CC', 2, [200, 100, 33])).toEqual([145, 72, 23]);
  });

  it('bring colours towards their grey', async () => {
    const [red = 0, green = 0, blue = 0] = await first('CS', 1, [200, 100, 50]);
    const luma = 0.299 * 200 + 0.587 * 100 + 0.114 * 50;
    for (const [got, from] of [
      [red, 200],
      [green, 100],
      [blue, 50],
    ] as const) {
      expect(Math.abs(got - (luma + 0.4 * (from - luma)))).toBeLessThan(1.1);
    }
    // The formula's offset of a half costs white a level of red and blue.
    expect(await first('CS', 1, [255, 255, 255])).toEqual([254, 255, 254]);
  });

  it('leave a flat picture as it is where they only scale or blur', async () => {
    for (const name of ['JPEG', 'GB'] as const) expect(await first(name, 2, [200, 100, 33])).toEqual([200, 100, 33]);
  });

  it('scale down by two and up again: squares of four become one value first', async () => {
    const { data } = await distort(
      drawn(8, 8, (x, y) => [(x + y) % 2 === 0 ? 255 : 0, 0, 0]),
      'JPEG',
      1,
      createRandom(0),
    );
    expect(new Set(data.filter((_, i) => i % 3 === 0))).toEqual(new Set([128]));
  });

  it('add noise of the stated variance to brightness and colour', async () => {
    const grey = drawn(150, 150, () => [128, 128, 128]);
    for (const [level, variance] of [
      [1, 0.001],
      [2, 0.002],
    ] as const) {
      const { data } = await distort(grey, 'GNC', level, createRandom(1));
      const luma = Array.from(
        { length: 150 * 150 },
        (_, i) =>
          0.299 * (data[i * 3] as number) + 0.587 * (data[i * 3 + 1] as number) + 0.114 * (data[i * 3 + 2] as number),
      );
      // The root of it, of 255, and the validator's range of 16–235 stretches it.
      expect(deviation(luma)).toBeCloseTo((Math.sqrt(variance) * 255 * 255) / 219, 0);
    }
  });

  it('blur over seven and nine pixels', async () => {
    const line = drawn(31, 31, (x) => (x === 15 ? [255, 255, 255] : [0, 0, 0]));
    for (const [level, side] of [
      [1, 7],
      [2, 9],
    ] as const) {
      const { data } = await distort(line, 'GB', level, createRandom(0));
      const row = Array.from({ length: 31 }, (_, x) => data[(15 * 31 + x) * 3] as number);
      expect(row.filter((value) => value > 0).length).toBe(side);
    }
  });

  it('blur with weights of eighths of a byte that sum to 256', () => {
    expect([...gaussianWeights(7, 7 / 6)]).toEqual([3, 20, 61, 88, 61, 20, 3]);
    for (const size of [7, 9]) expect(gaussianWeights(size, size / 6).reduce((sum, value) => sum + value, 0)).toBe(256);
  });
});

describe('profile 2026-05', () => {
  it('saves again at native size, sideways where EXIF said so', async () => {
    const sideways = await sharp(await encoded(90, 60))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const sent = await sn72Challenge(sideways, '2026-05', createRandom(0));
    expect(sent).toMatchObject({ width: 90, height: 60, level: -1 });
    expect(await sharp(sent.bytes).metadata()).toMatchObject({ width: 90, height: 60, chromaSubsampling: '4:2:0' });
    expect((await sharp(sent.bytes).metadata()).exif).toBeUndefined();
  });

  it('keeps grey grey and ink ink', async () => {
    const grey = await sharp(await encoded(40, 30))
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    expect(await sharp((await sn72Challenge(grey, '2026-05', createRandom(0))).bytes).metadata()).toMatchObject({
      channels: 1,
    });
    const ink = await sharp(await encoded(40, 30))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    const sent = await sn72Challenge(ink, '2026-05', createRandom(0));
    expect(await sharp(sent.bytes).metadata()).toMatchObject({ channels: 4, space: 'cmyk' });
  });
});

describe('the stored picture', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is found again whatever the orientation %i says', async (orientation) => {
    const picture = colourful(24, 16);
    const bytes = await rawPicture(picture).png().withMetadata({ orientation }).toBuffer();
    const stored = await decodeAsStored(bytes);
    expect([stored.width, stored.height]).toEqual([24, 16]);
    expect(Buffer.from(stored.data).equals(picture.data)).toBe(true);
  });
});

it('refuses what is no picture', async () => {
  for (const profile of ['2026-01', '2026-04', '2026-05'] as const) {
    await expect(sn72Challenge(Buffer.from('nothing'), profile, createRandom(0))).rejects.toMatchObject({
      code: 'SV_IMAGE_FORMAT',
    });
  }
});

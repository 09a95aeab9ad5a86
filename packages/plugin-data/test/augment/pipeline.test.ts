import { createRandom } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { augment, augmentPixels, parsePipeline, prepareChain, preparePipeline } from '../../src/augment/index.js';
import { AUGMENTATIONS } from '../../src/augment/named.js';
import { picture } from '../pictures.js';
import { colourful } from './drawn.js';

describe('a pipeline', () => {
  it('draws the same for a step whatever stands before it', async () => {
    const image = colourful(50, 40);
    const alone = await augmentPixels(image, ['noise'], createRandom(8));
    const after = await augmentPixels(
      image,
      [['rain', { probability: 0 }], ['brightness', { factor: 1 }], 'noise'],
      createRandom(8),
    );
    expect(after.data).toEqual(alone.data);
  });

  it('draws anew for a step that comes twice', async () => {
    const image = colourful(50, 40);
    const mirrored = ['flip', { horizontal: 0.5 }] as const;
    let turnedOnce = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { data } = await augmentPixels(image, [mirrored, mirrored], createRandom(seed));
      turnedOnce += Number(!Buffer.from(data).equals(image.data));
    }
    // Half of the pairs differ; pairs that always agreed would never leave the picture turned.
    expect(turnedOnce).toBeGreaterThan(8);
    expect(turnedOnce).toBeLessThan(32);
  });

  it('applies a step as often as its probability says', async () => {
    const image = colourful(6, 5);
    const ready = preparePipeline([['brightness', { factor: 0, probability: 0.3 }]]);
    let applied = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const { data } = await augmentPixels(image, ready, createRandom(seed));
      applied += Number(data.every((byte) => byte === 0));
    }
    expect(applied).toBeGreaterThan(240);
    expect(applied).toBeLessThan(360);
  });

  it('reads what a command line says', () => {
    expect(parsePipeline('flip, resizedCrop(scale=0.2..1,width=224),sn72:2026-01,jpeg(quality=40)')).toEqual([
      'flip',
      ['resizedCrop', { scale: [0.2, 1], width: 224 }],
      'sn72:2026-01',
      ['jpeg', { quality: 40 }],
    ]);
  });

  it('names mistakes', () => {
    expect(() => preparePipeline(['rian'])).toThrow(/no augmentation `rian`. Did you mean `rain`\?/);
    expect(() => preparePipeline([['rain', { ammount: 1 }]])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The augmentation \`rain\` has no setting \`ammount\`. Did you mean \`amount\`? Settings are amount, slant, probability.]`,
    );
    expect(() => preparePipeline([['rain', { amount: [0.9, 0.1] }]])).toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`amount\` of \`rain\` is [0.9,0.1], expected a number or [low, high] from 0 to 1. \`amount\` is how much of it falls.]`,
    );
    expect(() => preparePipeline([['rain', { amount: Number.NaN }]])).toThrow(/expected a number/);
    expect(() => parsePipeline(' , ')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: " , " is no name. Write a pipeline as \`flip,rain(amount=0.3..0.6)\`.]`,
    );
    expect(() => parsePipeline('rain(amount)')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: "amount" is no \`key=1\` or \`key=0.2..1\`. Write a pipeline as \`flip,rain(amount=0.3..0.6)\`.]`,
    );
  });
});

describe('augment', () => {
  it('gives a JPEG of the same size, and the same bytes for the same seed', async () => {
    const bytes = await picture(3, { width: 48, height: 32 });
    const once = await augment(bytes, ['rain', 'jpeg'], createRandom(1));
    expect([once.width, once.height, once.bytes[0], once.bytes[1]]).toEqual([48, 32, 0xff, 0xd8]);
    expect(await augment(bytes, ['rain', 'jpeg'], createRandom(1))).toEqual(once);
  });

  it('refuses what is no picture', async () => {
    await expect(augment(Buffer.from('<html>'), ['rain'], createRandom(0))).rejects.toMatchObject({
      code: 'SV_IMAGE_FORMAT',
    });
    const cut = (await picture(1, { width: 64, height: 64, format: 'jpeg' })).subarray(0, 400);
    await expect(augment(cut, ['rain'], createRandom(0))).rejects.toMatchObject({ code: 'SV_IMAGE_CORRUPT' });
  });
});

describe('a chain', () => {
  const find = (name: string) => {
    const found = AUGMENTATIONS.find((one) => one.name === name);
    if (!found) throw Object.assign(new Error(`no ${name}`), { code: 'none' });
    return found;
  };

  it('joins effects and named augmentations, and drops boxes that nobody moved', async () => {
    const bytes = await picture(2, { width: 64, height: 48 });
    const chain = await prepareChain(['flip', 'sn72:2026-04', 'noise'], find);
    const out = await chain.apply(bytes, [], createRandom(4));
    expect(out.boxes).toBeUndefined();
    const again = await chain.apply(bytes, [], createRandom(4));
    expect(again.bytes).toEqual(out.bytes);
  });

  it('does what augment does, where there are only effects', async () => {
    const bytes = await picture(2, { width: 64, height: 48 });
    const chain = await prepareChain(['flip', 'noise'], find);
    const { bytes: made } = await augment(bytes, ['flip', 'noise'], createRandom(4));
    expect((await chain.apply(bytes, [], createRandom(4))).bytes).toEqual(made);
  });
});

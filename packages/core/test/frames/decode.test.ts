import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createFrame } from '../../src/frames/frame.js';
import { at, difference, drawing, drawn, png } from './pictures.js';

const W = 48;
const H = 32;
const frame = (bytes: Uint8Array) => createFrame({ id: 'drawn', bytes });

describe('decoding', () => {
  it.each([
    ['jpeg', drawing(W, H).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }), 2],
    ['png', drawing(W, H).png(), 0],
    ['webp', drawing(W, H).webp({ lossless: true }), 0],
    ['avif', drawing(W, H).avif({ quality: 95, chromaSubsampling: '4:4:4', effort: 0 }), 6],
    ['tiff', drawing(W, H).tiff({ compression: 'lzw' }), 0],
    ['gif', drawing(W, H).gif({ dither: 0 }), 12],
  ] as const)('%s', async (format, encoder, mean) => {
    const bytes = await encoder.toBuffer();
    const one = frame(bytes);
    expect(await one.info()).toEqual({ width: W, height: H, format, bytes: bytes.length });
    const { width, height, data } = await one.pixels();
    expect([width, height]).toEqual([W, H]);
    expect(difference(data, drawn(W, H)).mean).toBeLessThanOrEqual(mean);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
    const turned = orientation > 4;
    const upright = { data: drawn(W, H), width: W };
    const stored = new Uint8Array(W * H * 3);
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        const [right, below] = [W - 1 - x, H - 1 - y];
        const [sx, sy] = [
          [x, y],
          [right, y],
          [right, below],
          [x, below],
          [y, x],
          [y, right],
          [below, right],
          [below, x],
        ][orientation - 1] as [number, number];
        stored.set(at(upright, x, y), (sy * (turned ? H : W) + sx) * 3);
      }
    }
    const bytes = await sharp(stored, { raw: { width: turned ? H : W, height: turned ? W : H, channels: 3 } })
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const one = frame(bytes);
    expect(await one.info()).toMatchObject({ width: W, height: H });
    expect(difference((await one.pixels()).data, drawn(W, H)).mean).toBeLessThan(2);
    const { data } = await one.tensor({ width: W / 2, height: H / 2, layout: 'hwc', scale: 1 });
    const small = await frame(await png(W, H)).tensor({ width: W / 2, height: H / 2, layout: 'hwc', scale: 1 });
    expect(difference(data, small.data).mean).toBeLessThan(2);
  });

  it('drops alpha instead of compositing it, while decoding and while shrinking', async () => {
    const rgba = new Uint8Array(600 * 400 * 4);
    for (let i = 0; i < 600 * 400; i++) rgba.set([200, 100, 50, i % 2 ? 0 : 255], i * 4);
    const bytes = await sharp(rgba, { raw: { width: 600, height: 400, channels: 4 } })
      .png()
      .toBuffer();
    expect(at(await frame(bytes).pixels(), 1, 0)).toEqual([200, 100, 50]);
    for (const exact of [true, false]) {
      const { data } = await frame(bytes).tensor({ width: 60, height: 40, scale: 1, layout: 'hwc', exact });
      expect(
        difference(
          data,
          Float32Array.from(data, (_, i) => [200, 100, 50][i % 3] as number),
        ).max,
      ).toBe(0);
    }
  });

  it('spreads grey to three channels, with and without alpha', async () => {
    const grey = new Uint8Array(W * H).map((_, i) => i % 256);
    const l = await sharp(grey, { raw: { width: W, height: H, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(l).metadata()).channels).toBe(1);
    expect(at(await frame(l).pixels(), 7, 1)).toEqual([55, 55, 55]);
    const la = await sharp(l).ensureAlpha(0.5).toColourspace('b-w').png().toBuffer();
    expect((await sharp(la).metadata()).channels).toBe(2);
    expect(at(await frame(la).pixels(), 7, 1)).toEqual([55, 55, 55]);
  });

  it('takes the high byte of 16 bits', async () => {
    const deep = new Uint16Array(W * H * 3).map((_, i) => (i % 256) * 256 + 200);
    const bytes = await sharp(deep, { raw: { width: W, height: H, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const { data } = await frame(bytes).pixels();
    expect(
      difference(
        data,
        Uint8Array.from({ length: W * H * 3 }, (_, i) => i % 256),
      ).max,
    ).toBe(0);
  });

  it('takes the first frame of an animation', async () => {
    const page = (colour: string) => ({ create: { width: W, height: H, channels: 3 as const, background: colour } });
    const pages = await Promise.all(['#ff0000', '#00ff00'].map((c) => sharp(page(c)).png().toBuffer()));
    for (const bytes of [
      await sharp(pages, { join: { animated: true } })
        .gif()
        .toBuffer(),
      await sharp(pages, { join: { animated: true } })
        .webp({ lossless: true })
        .toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      const pixels = await frame(bytes).pixels();
      expect([pixels.width, pixels.height, ...at(pixels, 3, 3)]).toEqual([W, H, 255, 0, 0]);
    }
  });

  it('converts CMYK by the plain formula, without profiles', async () => {
    const bytes = await drawing(W, H).toColourspace('cmyk').tiff({ compression: 'none' }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const ink = await sharp(bytes).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
    const { data } = await frame(bytes).pixels();
    const expected = Uint8Array.from({ length: W * H * 3 }, (_, i) => {
      const [c, k] = [ink[Math.floor(i / 3) * 4 + (i % 3)] as number, ink[Math.floor(i / 3) * 4 + 3] as number];
      return 255 - k - Math.round((c * (255 - k)) / 255);
    });
    expect(difference(data, expected).max).toBe(0);
  });

  it('applies no colour profile, as Pillow applies none', async () => {
    const bytes = await drawing(W, H).withIccProfile('p3').png().toBuffer();
    const plain = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    const converted = await sharp(bytes).raw().toBuffer();
    expect(difference((await frame(bytes).pixels()).data, plain).max).toBe(0);
    expect(difference(converted, plain).max).toBeGreaterThan(5);
  });
});

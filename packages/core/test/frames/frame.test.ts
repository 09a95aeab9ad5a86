import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClip } from '../../src/frames/clip.js';
import { createClipFrame, createFrame } from '../../src/frames/frame.js';
import type { TensorSpec } from '../../src/types/frame.js';
import { difference, drawn, jpeg, png } from './pictures.js';

const SPEC: TensorSpec = { width: 20, height: 10, mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 0.2] };

describe('frame', () => {
  it('is lazy: bytes that are no picture are only refused when a stage asks', async () => {
    const frame = createFrame({ id: 'x', bytes: new Uint8Array([1, 2, 3]) });
    expect(frame).toMatchObject({ id: 'x', kind: 'image', meta: {} });
    expect(frame.hash()).toBe(
      createHash('sha256')
        .update(Uint8Array.of(1, 2, 3))
        .digest('hex'),
    );
    await expect(frame.tensor(SPEC)).rejects.toMatchObject({ code: 'SV_IMAGE_FORMAT' });
    await expect(frame.info()).rejects.toMatchObject({ code: 'SV_IMAGE_FORMAT' });
    expect(() => createFrame({ id: 'x', bytes: 'abc' as unknown as Uint8Array })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`bytes\` is string, expected a Uint8Array or a Buffer. Pass the encoded picture, as it was read or received.]`,
    );
  });

  it('scales, normalises and lays out: chw and hwc, rgb and bgr', async () => {
    const frame = createFrame({ id: 'x', bytes: await png(20, 10) });
    const rgb = drawn(20, 10);
    const { mean, std } = SPEC as Required<TensorSpec>;
    for (const layout of ['chw', 'hwc'] as const) {
      for (const channels of ['rgb', 'bgr'] as const) {
        const { data, dims } = await frame.tensor({ ...SPEC, layout, channels });
        expect(dims).toEqual(layout === 'chw' ? [3, 10, 20] : [10, 20, 3]);
        const expected = Float32Array.from({ length: 600 }, (_, i) => {
          const [c, pixel] = layout === 'chw' ? [Math.floor(i / 200), i % 200] : [i % 3, Math.floor(i / 3)];
          const value = rgb[pixel * 3 + (channels === 'rgb' ? c : 2 - c)] as number;
          return (value / 255 - (mean[c as 0] as number)) / (std[c as 0] as number);
        });
        expect(difference(data, expected).max).toBeLessThan(1e-6);
      }
    }
  });

  it('fills the margin of a letterbox with the normalised pad, and all of a recycled buffer', async () => {
    const frame = createFrame({ id: 'x', bytes: await png(20, 10) });
    const into = new Float32Array(3 * 20 * 20).fill(Number.NaN);
    const spec: TensorSpec = {
      width: 20,
      height: 20,
      fit: 'letterbox',
      pad: 51,
      mean: [0, 0.1, 0.2],
      std: [1, 1, 0.5],
    };
    const { data, placement } = await frame.tensor(spec, into);
    expect(data).toBe(into);
    expect(placement).toEqual({ scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 5 });
    expect(data.some(Number.isNaN)).toBe(false);
    [0.2, 0.1, 0].forEach((margin, c) => {
      for (const row of [0, 4, 15, 19]) expect(data[c * 400 + row * 20 + 3]).toBeCloseTo(margin, 6);
    });
    expect(data[5 * 20]).toBeCloseTo(1, 6);
  });

  it('resizes once per distinct geometry, whoever asks and however it is normalised', async () => {
    const bytes = await jpeg(1200, 900);
    const frame = createFrame({ id: 'x', bytes });
    const first = await frame.tensor({ width: 224, height: 224 });
    // From here on nothing can be decoded any more.
    bytes.fill(0);
    const again = await frame.tensor({ width: 224, height: 224 });
    expect(again.data).not.toBe(first.data);
    expect(again.data).toEqual(first.data);
    const other = await frame
      .with({ id: 'y' })
      .tensor({ width: 224, height: 224, mean: [0.5, 0.5, 0.5], layout: 'hwc' });
    expect((first.data[0] as number) - (other.data[0] as number)).toBeCloseTo(0.5, 6);
    await expect(frame.tensor({ width: 225, height: 224 })).rejects.toMatchObject({ code: 'SV_IMAGE_CORRUPT' });
  });

  it('shares the work of concurrent callers', async () => {
    const frame = createFrame({ id: 'x', bytes: await png(64, 48) });
    const [a, b] = await Promise.all([frame.pixels(), frame.pixels()]);
    expect(a).toBe(b);
    expect((await frame.pixels()).data).toBe(a.data);
  });

  it('remembers a failed decode', async () => {
    const whole = await jpeg(300, 300);
    const frame = createFrame({ id: 'x', bytes: whole.subarray(0, whole.length / 2) });
    const [a, b] = await Promise.allSettled([frame.tensor(SPEC), frame.with({ id: 'y' }).tensor(SPEC)]);
    expect(a).toMatchObject({ status: 'rejected', reason: { code: 'SV_IMAGE_CORRUPT' } });
    expect((b as PromiseRejectedResult).reason).toBe((a as PromiseRejectedResult).reason);
  });

  it('refuses an `into` of another length', async () => {
    const frame = createFrame({ id: 'x', bytes: await png(20, 10) });
    await expect(frame.tensor(SPEC, new Float32Array(7))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`into\` holds 7 numbers, the tensor has 600. Pass a Float32Array of 600, or none.]`,
    );
  });

  it('with() keeps the picture, or takes another one and forgets the old', async () => {
    const frame = createFrame({ id: 'x', bytes: await png(20, 10), meta: { city: 'A' } });
    const named = frame.with({ meta: { city: 'B' } });
    expect([named.id, named.meta, named.bytes]).toEqual(['x', { city: 'B' }, frame.bytes]);
    const other = frame.with({ bytes: await png(30, 10) });
    expect(await other.info()).toMatchObject({ width: 30 });
    expect(other.hash()).not.toBe(frame.hash());
    expect(other.meta).toEqual({ city: 'A' });
  });
});

describe('clip', () => {
  const pictures = () => Promise.all([10, 20, 30].map((width) => png(width, 10)));

  it('is stood for by the frame nearest to its middle', async () => {
    const [a, b, c] = (await pictures()) as [Buffer, Buffer, Buffer];
    const clip = createClip({
      id: 'v.mp4',
      duration: 4,
      frames: [
        { at: 3.9, bytes: c },
        { at: 0, bytes: a },
        { at: 2.5, bytes: b },
      ],
    });
    expect(clip.frames.map(({ at, frame }) => [at, frame.id])).toEqual([
      [0, 'v.mp4@0'],
      [2.5, 'v.mp4@2.5'],
      [3.9, 'v.mp4@3.9'],
    ]);
    const frame = createClipFrame({ id: 'v.mp4', clip, meta: { fps: 30 } });
    expect(frame).toMatchObject({ id: 'v.mp4', kind: 'video', meta: { fps: 30 } });
    expect(frame.clip).toBe(clip);
    expect(frame.bytes).toBe(b);
    expect(await frame.info()).toMatchObject({ width: 20 });
    expect(frame.with({ id: 'w' })).toMatchObject({ kind: 'video', clip });
  });

  it('refuses nonsense', async () => {
    const [bytes] = (await pictures()) as [Buffer];
    expect(() => createClip({ id: 'v', frames: [] })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The clip has no frames, expected at least one. Check how the video was taken apart.]`,
    );
    expect(() => createClip({ id: 'v', frames: [{ at: -1, bytes }] })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The clip has a frame at -1 s, expected a time from 0 s on. Check how the video was taken apart.]`,
    );
    expect(() => createClip({ id: 'v', duration: 1, frames: [{ at: 2, bytes }] })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The clip has a duration of 1 s with a frame at 2 s. Check how the video was taken apart.]`,
    );
    expect(() => createClipFrame({ id: 'v', clip: { frames: [], duration: 1 } })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: The clip has no frames, expected at least one. Check how the video was taken apart.]`,
    );
  });
});

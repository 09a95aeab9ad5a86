import { describe, expect, it } from 'vitest';
import { createClip, createClipFrame, createFrame, type TensorSpec, viewArea } from '../../src/index.js';
import { timedFrame } from '../../src/runtime/stopwatch.js';
import { testPicture } from '../../src/testing/index.js';

const spec: TensorSpec = { width: 24, height: 16, exact: true };
const open = async (width = 60, height = 40) =>
  createFrame({ id: 'drawn.png', bytes: await testPicture({ width, height, format: 'png' }) });

const rgb = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('a view', () => {
  it('of the whole picture makes the same tensor, exact or not', async () => {
    for (const [size, exact] of [
      [60, true],
      [900, false],
    ] as const) {
      const frame = await open(size, size);
      const plain = await frame.tensor({ width: 64, height: 64, exact });
      const viewed = await frame.view({}).tensor({ width: 64, height: 64, exact });
      const worst = Math.max(...plain.data.map((value, i) => Math.abs(value - (viewed.data[i] as number))));
      expect(worst).toBeLessThan(exact ? 1e-9 : 0.05);
      expect(viewed.placement).toEqual(plain.placement);
    }
  });

  it('cuts out, mirrors and lights the decoded pixels', async () => {
    const frame = await open();
    const whole = await frame.pixels();
    const view = frame.view({
      region: { x: 0.25, y: 0.5, width: 0.5, height: 0.25 },
      mirror: true,
      brightness: 0.5,
    });
    expect(await view.info()).toMatchObject({ width: 30, height: 10, format: 'png' });
    const pixels = await view.pixels();
    expect([pixels.width, pixels.height]).toEqual([30, 10]);
    for (const [x, y] of [
      [0, 0],
      [29, 9],
      [11, 4],
    ] as const) {
      const half = rgb(whole, 15 + 29 - x, 20 + y).map((value) => Math.round(value / 2));
      expect(rgb(pixels, x, y)).toEqual(half);
    }
  });

  it('mirrored twice is the picture again', async () => {
    const frame = await open();
    const twice = frame.view({ mirror: true }).view({ mirror: true });
    expect(await twice.tensor(spec)).toEqual(await frame.tensor(spec));
  });

  it('has a hash of its own, equal for equal views', async () => {
    const frame = await open();
    const hash = frame.view({ mirror: true }).hash();
    expect(frame.view({ mirror: true, brightness: 1 }).hash()).toBe(hash);
    expect(new Set([hash, frame.hash(), frame.view({ brightness: 1.1 }).hash()]).size).toBe(3);
  });

  it('has no bytes, and says so; it can be spread, renamed and given other bytes', async () => {
    const frame = await open();
    const view = frame.view({ mirror: true });
    expect(() => view.bytes).toThrowErrorMatchingInlineSnapshot(
      `[SvError: A view of a picture has no encoded bytes. Take \`pixels()\` or \`tensor()\`. A stage that sends the encoded picture on cannot be shown views.]`,
    );
    expect({ ...view }.id).toBe('drawn.png');
    expect(view.with({ id: 'other' }).hash()).toBe(view.hash());
    expect(view.with({ bytes: frame.bytes }).hash()).toBe(frame.hash());
    // As a stage is shown it.
    const timed = timedFrame(frame, { active: 0, since: 0, elapsed: 0 }).view({ mirror: true });
    expect(() => timed.bytes).toThrow(/no encoded bytes/);
    expect(await timed.tensor(spec)).toEqual(await view.tensor(spec));
  });

  it('of a clip is one of its middle', async () => {
    const bytes = await testPicture({ width: 20, height: 10 });
    const clip = await createClip({ id: 'drive', frames: [{ at: 0, bytes }], duration: 1 });
    const view = createClipFrame({ id: 'drive', clip }).view({ mirror: true });
    expect([view.kind, view.clip]).toEqual(['image', undefined]);
    expect((await view.info()).width).toBe(20);
  });

  it('of what is not there is refused', async () => {
    const frame = await open();
    expect(() => frame.view({ region: { x: 0.5, y: 0, width: 0.6, height: 1 } })).toThrow(/Impossible view/);
    expect(() => frame.view({ brightness: 0 })).toThrow(/brightness is above 0/);
    expect(() => frame.view({ region: { x: 0, y: 0, width: Number.NaN, height: 1 } })).toThrow(/Impossible view/);
  });
});

describe('viewArea', () => {
  it('is whole pixels inside the picture, at least one', () => {
    expect(viewArea({}, 7, 5)).toEqual({ x: 0, y: 0, width: 7, height: 5 });
    expect(viewArea({ region: { x: 1 / 3, y: 1 / 3, width: 2 / 3, height: 2 / 3 } }, 7, 5)).toEqual({
      x: 2,
      y: 2,
      width: 5,
      height: 3,
    });
    expect(viewArea({ region: { x: 0.999, y: 0.999, width: 0.001, height: 0.001 } }, 7, 5)).toEqual({
      x: 6,
      y: 4,
      width: 1,
      height: 1,
    });
  });
});

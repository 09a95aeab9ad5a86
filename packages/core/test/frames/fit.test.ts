import { describe, expect, it } from 'vitest';
import { planFit } from '../../src/frames/fit.js';
import { resolveSpec } from '../../src/frames/spec.js';
import type { TensorSpec } from '../../src/types/frame.js';

const plan = (spec: TensorSpec, width: number, height: number) => planFit(resolveSpec(spec), width, height);

describe('fit', () => {
  it('stretches each side on its own', () => {
    expect(plan({ width: 224, height: 112 }, 448, 448)).toEqual({
      width: 224,
      height: 112,
      window: { x: 0, y: 0, width: 224, height: 112 },
      left: 0,
      top: 0,
      placement: { scaleX: 0.5, scaleY: 0.25, offsetX: 0, offsetY: 0 },
    });
  });

  // What transformers' processors give: size after the resize, corner of the crop.
  it.each([
    [1280, 720, [455, 256, 115, 16]],
    [333, 517, [256, 397, 16, 86]],
    [640, 480, [341, 256, 58, 16]],
    [224, 224, [256, 256, 16, 16]],
  ])('crops %i x %i as the reference rounds', (width, height, expected) => {
    const { window, placement, ...rest } = plan(
      { width: 224, height: 224, fit: 'crop', shortestEdge: 256 },
      width,
      height,
    );
    expect([rest.width, rest.height, window.x, window.y]).toEqual(expected);
    expect([placement.offsetX, placement.offsetY]).toEqual([-window.x, -window.y]);
  });

  // What ultralytics' LetterBox gives: size after the resize, margin left and above.
  it.each([
    [1280, 720, [640, 360, 0, 140]],
    [333, 517, [412, 640, 114, 0]],
    [640, 481, [640, 481, 0, 79]],
    [1281, 2, [640, 1, 0, 319]],
    [100_000, 1, [640, 1, 0, 319]],
  ])('letterboxes %i x %i as the reference rounds', (width, height, expected) => {
    const { left, top, ...rest } = plan({ width: 640, height: 640, fit: 'letterbox' }, width, height);
    expect([rest.width, rest.height, left, top]).toEqual(expected);
  });

  it.each(['stretch', 'crop', 'letterbox'] as const)('the placement of %s maps a box back', (fit) => {
    const { placement, width, height, window, left, top } = plan({ width: 320, height: 256, fit }, 1280, 720);
    // The lower right corner of the picture, followed through resize, crop and margin, and back.
    const x = width - window.x + left;
    const y = height - window.y + top;
    expect((x - placement.offsetX) / placement.scaleX).toBeCloseTo(1280, 9);
    expect((y - placement.offsetY) / placement.scaleY).toBeCloseTo(720, 9);
  });
});

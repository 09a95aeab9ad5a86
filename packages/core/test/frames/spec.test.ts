import { describe, expect, it } from 'vitest';
import { resolveSpec } from '../../src/frames/spec.js';
import type { TensorSpec } from '../../src/types/frame.js';

const refused = (spec: object): string => {
  try {
    resolveSpec({ width: 224, height: 224, ...spec } as TensorSpec);
    return 'accepted';
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message.split(' Correct')[0]}`;
  }
};

describe('tensor spec', () => {
  it('fills in the documented defaults, and leaves a resolved spec as it is', () => {
    const resolved = resolveSpec({ width: 8, height: 4 });
    expect(resolved).toMatchInlineSnapshot(`
      {
        "antialias": true,
        "channels": "rgb",
        "exact": false,
        "fit": "stretch",
        "height": 4,
        "layout": "chw",
        "mean": [
          0,
          0,
          0,
        ],
        "pad": 114,
        "resample": "bilinear",
        "rounding": "uint8",
        "scale": 0.00392156862745098,
        "shortestEdge": 8,
        "std": [
          1,
          1,
          1,
        ],
        "width": 8,
      }
    `);
    expect(resolveSpec(resolved)).toEqual(resolved);
  });

  it('names what is impossible', () => {
    expect([
      refused({ width: 0 }),
      refused({ height: 1.5 }),
      refused({ width: 100_000 }),
      refused({ width: Number.NaN }),
      refused({ fit: 'cover' }),
      refused({ resample: 'area' }),
      refused({ fit: 'crop', shortestEdge: 200 }),
      refused({ resample: 'lanczos', antialias: false }),
      refused({ pad: 300 }),
      refused({ mean: [0.5] }),
      refused({ std: [1, 0, 1] }),
      refused({ mean: [Number.NaN, 0, 0] }),
      refused({ scale: Number.POSITIVE_INFINITY }),
    ]).toMatchInlineSnapshot(`
      [
        "SV_TENSOR_SPEC Impossible tensor: \`width\` is 0, expected a whole number from 1 to 8192.",
        "SV_TENSOR_SPEC Impossible tensor: \`height\` is 1.5, expected a whole number from 1 to 8192.",
        "SV_TENSOR_SPEC Impossible tensor: \`width\` is 100000, expected a whole number from 1 to 8192.",
        "SV_TENSOR_SPEC Impossible tensor: \`width\` is NaN, expected a whole number from 1 to 8192.",
        "SV_TENSOR_SPEC Impossible tensor: \`fit\` is "cover", expected one of stretch, crop, letterbox.",
        "SV_TENSOR_SPEC Impossible tensor: \`resample\` is "area", expected one of nearest, bilinear, bicubic, lanczos.",
        "SV_TENSOR_SPEC Impossible tensor: \`shortestEdge\` is 200, expected at least the larger side of 224 x 224.",
        "SV_TENSOR_SPEC Impossible tensor: \`resample: 'lanczos'\` is always antialiased, received \`antialias: false\`.",
        "SV_TENSOR_SPEC Impossible tensor: \`pad\` is 300, expected a number from 0 to 255.",
        "SV_TENSOR_SPEC Impossible tensor: \`mean\` needs 3 numbers, one per channel.",
        "SV_TENSOR_SPEC Impossible tensor: channel 1 would not be finite: scale 0.00392156862745098, mean 0, std 0; expected finite numbers and a std other than 0.",
        "SV_TENSOR_SPEC Impossible tensor: channel 0 would not be finite: scale 0.00392156862745098, mean NaN, std 1; expected finite numbers and a std other than 0.",
        "SV_TENSOR_SPEC Impossible tensor: channel 0 would not be finite: scale Infinity, mean 0, std 1; expected finite numbers and a std other than 0.",
      ]
    `);
  });
});

import { definePlugin, defineStage, type TensorSpec } from '@streetvision/core';

export interface OrangeOptions {
  /** Share of orange pixels at which the score is 0.5, in (0, 1). @default 0.02 */
  readonly half?: number;
}

/** Small is enough: the share of a colour hardly changes when a picture shrinks. */
const SPEC: TensorSpec = { width: 64, height: 64, layout: 'hwc' };

/**
 * Scores a picture by its share of orange pixels, the colour of cones and barriers.
 *
 * @example
 * plugins: [orange({ half: 0.05 })], cascade: [{ run: 'orange' }]
 */
export function orange({ half = 0.02 }: OrangeOptions = {}) {
  if (!(half > 0 && half < 1)) throw new RangeError(`half is ${half}, expected a share between 0 and 1.`);
  return definePlugin({
    name: 'sv-plugin-orange',
    api: '^1',
    stages: [
      defineStage({
        name: 'orange',
        maxBatch: 8,
        async run(frames, _state, { signal }) {
          signal.throwIfAborted();
          const tensors = await Promise.all(frames.map((frame) => frame.tensor(SPEC)));
          return tensors.map(({ data }) => {
            const share = orangeShare(data);
            return { score: share / (share + half) };
          });
        },
      }),
    ],
  });
}

// A config in YAML or JSON names the package and gets this.
export default orange;

/** @param pixels red, green and blue in [0, 1], one pixel after the other */
function orangeShare(pixels: Float32Array): number {
  let orange = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(at, at + 3);
    const chroma = red - Math.min(green, blue);
    const hue = (60 * (green - blue)) / chroma;
    if (red > 0.5 && red >= green && chroma > 0.6 * red && hue > 10 && hue < 40) orange++;
  }
  return orange / (pixels.length / 3);
}

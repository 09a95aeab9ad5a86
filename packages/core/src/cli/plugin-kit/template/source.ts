import type { PluginNames } from '../names.js';

export const source = ({
  package: name,
  stage,
  factory,
  options,
}: PluginNames): string => `import { definePlugin, defineStage, type TensorSpec } from '@streetvision/core';

export interface ${options} {
  /** Share of orange pixels at which the score is 0.5, in (0, 1). @default 0.02 */
  readonly half?: number;
}

/** Small is enough: the share of a colour hardly changes when a picture shrinks. */
const SPEC: TensorSpec = { width: 64, height: 64, layout: 'hwc' };

/**
 * Scores a picture by its share of orange pixels, the colour of cones and barriers.
 *
 * @example
 * plugins: [${factory}({ half: 0.05 })], cascade: [{ run: '${stage}' }]
 */
export function ${factory}({ half = 0.02 }: ${options} = {}) {
  if (!(half > 0 && half < 1)) throw new RangeError(\`half is \${half}, expected a share between 0 and 1.\`);
  return definePlugin({
    name: '${name}',
    api: '^1',
    stages: [
      defineStage({
        name: '${stage}',
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
export default ${factory};

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
`;

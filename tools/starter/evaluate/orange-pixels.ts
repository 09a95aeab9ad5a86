import { definePlugin, defineStage, type Frame } from '@streetvision/core';

/** The baseline to beat, as a stage whose head is trained like any other: it sees one number, how orange a picture is. */
export const orangePixels = () =>
  definePlugin({
    name: 'orange-pixels',
    api: '^1',
    stages: [
      defineStage({
        name: 'orange-pixels',
        head: {
          open: () => ({
            id: 'orange-pixels',
            identity: { feature: 'log(1 + orange pixels)' },
            dimension: 1,
            parallel: 2,
            maxBatch: 8,
            embed: (frames) => Promise.all(frames.map(async (frame) => Float32Array.of(await countOrange(frame)))),
            headMetadata: () => ({}),
            async close() {},
          }),
        },
        run() {
          throw new Error('Orange pixels are a baseline, and answer nothing.');
        },
      }),
    ],
  });

/** log(1 + orange pixels) in the lower three quarters of a picture, at its own size. */
async function countOrange(frame: Frame): Promise<number> {
  const { width, height, data } = await frame.pixels();
  let count = 0;
  for (let i = width * Math.floor(height / 4) * 3; i < data.length; i += 3) {
    const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
    if (r > 120 && r - g > 35 && r - b > 60 && g > b) count++;
  }
  return Math.log1p(count);
}

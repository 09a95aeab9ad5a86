import { expect, it } from 'vitest';
import { howToTrain } from '../../src/head/how-to-train.js';

it('says truthfully how a head comes about, in words that a shell takes', () => {
  expect(
    howToTrain({ backbone: "./it's mine", feature: 'cls+mean', l2: true, head: 'file:./my heads/h.onnx' }),
  ).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --backbone './it'\\''s mine' --feature cls+mean --l2 --out './my heads/h.onnx'\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository."`,
  );
  expect(howToTrain({ backbone: 'dinov3-vits16', head: 'npm:x/head.onnx' })).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --backbone dinov3-vits16 --out ./models/head.onnx\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository."`,
  );
});

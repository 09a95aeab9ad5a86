import { expect, it } from 'vitest';
import { howToTrain } from '../../src/head/how-to-train.js';

it('says truthfully how a head comes about, in words that a shell takes', () => {
  expect(
    howToTrain({ backbone: "./it's mine", feature: 'cls+mean', l2: true, head: 'file:./my heads/h.onnx' }),
  ).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --backbone './it'\\''s mine' --feature cls+mean --l2 --out ./models/mine-head.onnx\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository."`,
  );
  expect(howToTrain({ backbone: 'dinov3-vits16', head: 'npm:x/head.onnx' })).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --backbone dinov3-vits16 --out ./models/dinov3-vits16-head.onnx\`, which comes with @streetvision/plugin-learn (not released yet); until then, tools/starter/train-head.ts in the repository."`,
  );
});

it.each([
  ['./models/tiny', undefined, './models/tiny-head.onnx'],
  ['./models/tiny/', './models/tiny-head.onnx', './models/tiny-head-2.onnx'],
  ['hf:org/name@main', 'file:./head.onnx', './models/name-head.onnx'],
  ['npm:@streetvision/backbone-starter/model', './head.onnx', './models/model-head.onnx'],
  ['.', './head.onnx', './models/backbone-head.onnx'],
])('of %s, with the head %s at hand, writes a new file', (backbone, head, out) => {
  expect(howToTrain({ backbone, head })).toContain(` --out ${out}\``);
});

import { expect, it } from 'vitest';
import { howToTrain } from '../../src/head/how-to-train.js';

it('says truthfully how a head comes about, in words that a shell takes', () => {
  expect(howToTrain({ name: "it's mine", backbone: './tiny', head: 'file:./my heads/h.onnx' })).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --stage 'it'\\''s mine' --out ./models/tiny-head\` (it comes with @streetvision/plugin-learn), then set head: './models/tiny-head/head.onnx'."`,
  );
  expect(howToTrain({ backbone: 'dinov3-vits16', head: 'npm:x/head.onnx' })).toMatchInlineSnapshot(
    `"Train a head for this backbone: \`sv train --data <labels.csv> --stage dinov3 --out ./models/dinov3-vits16-head\` (it comes with @streetvision/plugin-learn), then set head: './models/dinov3-vits16-head/head.onnx'."`,
  );
});

it.each([
  ['./models/tiny', undefined, './models/tiny-head'],
  ['./models/tiny/', './models/tiny-head/head.onnx', './models/tiny-head-2'],
  ['hf:org/name@main', 'file:./head.onnx', './models/name-head'],
  ['npm:@streetvision/backbone-starter/model', './head.onnx', './models/model-head'],
  ['.', './head.onnx', './models/backbone-head'],
])('of %s, with the head %s at hand, writes to a new folder', (backbone, head, out) => {
  expect(howToTrain({ backbone, head })).toContain(` --out ${out}\``);
});

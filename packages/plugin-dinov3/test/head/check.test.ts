import { describe, expect, it } from 'vitest';
import { checkHead, type HeadInput } from '../../src/head/check.js';
import { METADATA, SHA } from '../head-fixture.js';

const task = { name: 'roadwork', classes: ['no_roadwork', 'roadwork'], positive: 'roadwork' } as const;
const fitting: HeadInput = {
  option: { backbone: './models/tiny' },
  backbone: METADATA.backbone,
  feature: 'pooler',
  l2: false,
  preprocessing: { width: 8, height: 8, scale: 0.00392156862745098, fit: 'stretch', exact: true },
  dimension: 3,
};

describe('checkHead', () => {
  it('lets a fitting head pass, whichever way the same settings are written', () => {
    checkHead('h.onnx', METADATA, fitting, task);
    checkHead('h.onnx', METADATA, { ...fitting, dimension: undefined }, undefined);
    checkHead('h.onnx', { ...METADATA, classes: ['roadwork', 'no_roadwork'] }, fitting, task);
  });

  it('lists every difference and the command that retrains', () => {
    const now: HeadInput = {
      option: { name: 'eyes', backbone: 'dinov3-vits16' },
      backbone: { id: 'facebook/dinov3-vits16-pretrain-lvd1689m', sha256: 'b'.repeat(64) },
      feature: 'cls+mean',
      l2: true,
      preprocessing: { width: 224, height: 224, mean: [0.5, 0.5, 0.5] },
      dimension: 768,
    };
    const other = { name: 'cracks', classes: ['crack', 'no_crack'], positive: 'crack' } as const;
    expect(() => checkHead('./models/head.onnx', METADATA, now, other)).toThrowErrorMatchingInlineSnapshot(`
      [SvError: Head ./models/head.onnx does not fit:
        - backbone is facebook/dinov3-vits16-pretrain-lvd1689m (sha256 bbbbbbbbbbbb…), the head was trained on tiny (sha256 aaaaaaaaaaaa…)
        - feature is cls+mean, the head was trained on pooler
        - l2 is true, the head was trained on false
        - dimension is 768, the head was trained on 3
        - preprocessing width is 224, the head was trained with 8
        - preprocessing height is 224, the head was trained with 8
        - preprocessing mean is [0.5,0.5,0.5], the head was trained with [0,0,0]
        - task cracks has the classes crack, no_crack, the head knows no_roadwork, roadwork
        - task cracks calls crack positive, the head was trained for roadwork
       Train a head for this backbone: \`sv train --data <labels.csv> --stage eyes --out ./models/dinov3-vits16-head\` (it comes with @streetvision/plugin-learn), then set head: './models/dinov3-vits16-head/head.onnx'.]
    `);
  });

  it('tells another file of the same backbone from another backbone', () => {
    const q8 = { ...fitting, backbone: { id: 'tiny', sha256: `b${SHA.slice(1)}` } };
    expect(() => checkHead('h.onnx', METADATA, q8, task)).toThrowErrorMatchingInlineSnapshot(`
      [SvError: Head h.onnx does not fit:
        - backbone is tiny (sha256 baaaaaaaaaaa…), the head was trained on tiny (sha256 aaaaaaaaaaaa…) (the same id, but another file: another dtype or export)
       Train a head for this backbone: \`sv train --data <labels.csv> --stage dinov3 --out ./models/tiny-head\` (it comes with @streetvision/plugin-learn), then set head: './models/tiny-head/head.onnx'.]
    `);
  });
});

import { describe, expect, it } from 'vitest';
import { locateBackbone } from '../../src/backbones/location.js';
import { BACKBONES, findBackbone } from '../../src/backbones/table.js';
import { fullSpec } from '../../src/preprocessing.js';

describe('the table', () => {
  it('names every backbone once', () => {
    const names = BACKBONES.flatMap((entry) => [entry.id, entry.alias]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('holds specs that a frame can make, of whole patches for DINO', () => {
    for (const { preprocessing, patch, family } of BACKBONES) {
      const { width, height } = fullSpec(preprocessing);
      expect(height).toBe(width);
      if (patch && family.startsWith('dino')) expect(width % patch).toBe(0);
    }
  });

  it('has the widths of the models', () => {
    const widths = Object.fromEntries(BACKBONES.map((entry) => [entry.alias, entry.dimension]));
    expect(widths).toMatchObject({
      'dinov3-vits16': 384,
      'dinov3-vits16plus': 384,
      'dinov3-vitb16': 768,
      'dinov3-vitl16': 1024,
      'dinov3-vith16plus': 1280,
      'dinov3-vit7b16': 4096,
      'dinov3-convnext-tiny': 768,
      'dinov3-convnext-large': 1536,
      'dinov2-registers-giant': 1536,
      'siglip2-so400m-patch14-384': 1152,
    });
  });

  it('normalises satellite weights in their own way', () => {
    expect(findBackbone('facebook/dinov3-vitl16-pretrain-sat493m')?.preprocessing.mean).toEqual([0.43, 0.411, 0.296]);
  });
});

describe('locateBackbone', () => {
  it.each(['facebook/dinov3-vitl16-pretrain-lvd1689m', 'dinov3-vitl16', 'DINOv3-ViTL16'])('knows %s', (name) => {
    expect(locateBackbone(name)).toMatchObject({
      kind: 'table',
      entry: { id: 'facebook/dinov3-vitl16-pretrain-lvd1689m' },
    });
  });

  it.each([
    ['./models/x/', 'file:./models/x', 'x'],
    ['../x', 'file:../x', 'x'],
    ['/srv/models/x', 'file:/srv/models/x', 'x'],
    ['file:models/x', 'file:models/x', 'x'],
    ['C:\\models\\x', 'file:C:\\models\\x', expect.any(String)],
    ['npm:@scope/pkg/model', 'npm:@scope/pkg/model', '@scope/pkg/model'],
    ['hf:org/name', 'hf:org/name@main', 'org/name'],
    ['hf:org/name@abc/sub', 'hf:org/name@abc/sub', 'org/name/sub'],
    ['hf:org/name/sub', 'hf:org/name@main/sub', 'org/name/sub'],
  ])('takes %s for a folder', (backbone, ref, id) => {
    expect(locateBackbone(backbone)).toEqual({ kind: 'folder', ref, id });
  });

  it('refuses what is neither', () => {
    expect(() => locateBackbone('dinov3-vitl6')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone dinov3-vitl6 is not in the table. Did you mean \`dinov3-vitl16\`? For a model folder write ./folder, file:…, npm:package/folder or hf:org/name@revision.]`,
    );
    expect(() => locateBackbone('resnet')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone resnet is not in the table. For a model folder write ./folder, file:…, npm:package/folder or hf:org/name@revision.]`,
    );
    expect(() => locateBackbone('./models/model.onnx')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Backbone ./models/model.onnx is a single file. Give the folder that holds it together with config.json and preprocessor_config.json.]`,
    );
    expect(() => locateBackbone('https://host/model.onnx#sha256-00')).toThrow(
      expect.objectContaining({ code: 'SV_BACKBONE_UNKNOWN' }),
    );
  });
});

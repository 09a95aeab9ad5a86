import { describe, expect, it } from 'vitest';
import byDefault, { dinov3 } from '../src/index.js';

describe('dinov3()', () => {
  it('is one plugin with one stage', () => {
    const plugin = dinov3({ backbone: 'dinov3-vits16', maxBatch: 4 });
    expect(plugin).toMatchObject({ name: '@streetvision/plugin-dinov3', stages: [{ name: 'dinov3', maxBatch: 4 }] });
    expect(byDefault).toBe(dinov3);
  });

  it('takes a name, so that two backbones fit in one config', () => {
    const plugin = dinov3({ name: 'resnet', backbone: './models/resnet50' });
    expect(plugin).toMatchObject({ name: '@streetvision/plugin-dinov3#resnet', stages: [{ name: 'resnet' }] });
  });

  it.each([
    [undefined],
    [{}],
    [{ backbone: 1 }],
    [{ backbone: '' }],
    [{ backbone: 'x', dtype: 'fp8' }],
    [{ backbone: 'x', feature: 'CLS' }],
    [{ backbone: 'x', maxBatch: 0 }],
    [{ backbone: 'x', cache: 'yes' }],
    [{ backbone: 'x', engine: 'cuda' }],
  ])('refuses %j', (options) => {
    expect(() => dinov3(options as never)).toThrow(expect.objectContaining({ code: 'SV_CONFIG_INVALID' }));
  });

  it('says what was received and what is expected', () => {
    expect(() => dinov3({} as never)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: dinov3() was given no \`backbone\`. Write dinov3({ backbone: 'dinov3-vits16', head: './models/head.onnx' }).]`,
    );
    expect(() => dinov3({ backbone: 'x', haed: 'y' } as never)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: dinov3() has no option \`haed\`. Did you mean \`head\`? Its options are name, backbone, dtype, head, feature, l2, embedding, cache, mcDropout, memory, adapt, tta, maxBatch, maxDelayMs, engine, preprocessing.]`,
    );
    expect(() => dinov3({ backbone: 'x', dtype: 'fp8' } as never)).toThrowErrorMatchingInlineSnapshot(
      `[SvError: dinov3() option \`dtype\` is "fp8". It must be one of 'fp32', 'fp16', 'int8', 'uint8', 'q8', 'q4', 'q4f16', 'bnb4'.]`,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { parseModelConfig } from '../../src/backbones/model-config.js';

const parse = (config: Record<string, unknown>) => parseModelConfig(config, 'config.json');

describe('parseModelConfig', () => {
  it.each([
    [{ model_type: 'dinov3_vit', hidden_size: 64, num_register_tokens: 4 }, true, 4, true, 64],
    [{ model_type: 'dinov3_convnext', hidden_sizes: [16, 24, 32, 48] }, true, 0, true, 48],
    [{ model_type: 'dinov2_with_registers', hidden_size: 48, num_register_tokens: 2 }, true, 2, true, 48],
    [{ model_type: 'dinov2', hidden_size: 48 }, true, 0, true, 48],
    [{ model_type: 'vit', hidden_size: 48 }, true, 0, false, 48],
    [{ model_type: 'siglip_vision_model', hidden_size: 48 }, false, 0, false, 48],
    [{ model_type: 'convnextv2', hidden_sizes: [8, 32] }, false, 0, false, 32],
    [{}, false, 0, false, undefined],
  ])('knows where the features of %j lie', (config, cls, registers, poolerIsCls, dimension) => {
    expect(parse(config)).toMatchObject({ layout: { cls, registers, poolerIsCls }, dimension });
  });

  it('looks for the vision half of SigLIP first', () => {
    expect(parse({ model_type: 'siglip_vision_model' }).graphs[0]).toBe('onnx/vision_model');
  });

  it('lets a folder say what transformers does not', () => {
    const own = { id: 'my-resnet50', outputs: { pooler: 'features' }, cls: true, registers: 1 };
    expect(parse({ streetvision: own })).toMatchObject({
      id: 'my-resnet50',
      layout: { cls: true, registers: 1, outputs: { tokens: 'last_hidden_state', pooler: 'features' } },
    });
  });

  it.each([
    ['num_register_tokens', { model_type: 'dinov3_vit' }],
    ['num_register_tokens', { model_type: 'dinov3_vit', num_register_tokens: -1 }],
    ['hidden_size', { model_type: 'dinov2', hidden_size: 'big' }],
    ['streetvision', { streetvision: 'x' }],
    ['streetvision.outputs', { streetvision: { outputs: 'x' } }],
    ['streetvision.outputs.pooler', { streetvision: { outputs: { pooler: 1 } } }],
    ['streetvision.id', { streetvision: { id: 1 } }],
    ['streetvision.cls', { streetvision: { cls: 'yes' } }],
    ['streetvision.registers', { streetvision: { registers: 0.5 } }],
  ])('names `%s` where it is wrong', (key, config) => {
    expect(() => parse(config)).toThrow(
      expect.objectContaining({ code: 'SV_MODEL_FOLDER', message: expect.stringContaining(`\`${key}\``) }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { cropSpec, dinov3Spec, siglip2Spec } from '../../src/backbones/families.js';
import { parsePreprocessor } from '../../src/backbones/preprocessor.js';
import { compareSpecs } from '../../src/preprocessing.js';

const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const DINOV3 = {
  image_processor_type: 'DINOv3ViTImageProcessorFast',
  size: { height: 224, width: 224 },
  resample: 2,
  do_rescale: true,
  rescale_factor: 0.00392156862745098,
  do_normalize: true,
  ...IMAGENET,
};
const DINOV2 = {
  image_processor_type: 'BitImageProcessor',
  size: { shortest_edge: 256 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  ...IMAGENET,
};
const SIGLIP2 = {
  image_processor_type: 'SiglipImageProcessor',
  size: { height: 384, width: 384 },
  resample: 2,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};
const CONVNEXT = {
  image_processor_type: 'ConvNextImageProcessor',
  size: { shortest_edge: 224 },
  crop_pct: 0.875,
  resample: 3,
  ...IMAGENET,
};

const parse = (config: object) => parsePreprocessor(config as Record<string, unknown>, 'preprocessor_config.json');

describe('parsePreprocessor', () => {
  it('reads what the families of the table use', () => {
    expect(compareSpecs(parse(DINOV3), dinov3Spec())).toEqual([]);
    expect(compareSpecs(parse(DINOV2), cropSpec)).toEqual([]);
    expect(compareSpecs(parse(SIGLIP2), siglip2Spec(384))).toEqual([]);
    expect(compareSpecs(parse(CONVNEXT), cropSpec)).toEqual([]);
  });

  it('keeps fractions for DINOv3 only', () => {
    expect(parse(DINOV3).rounding).toBe('float');
    expect(parse({ ...DINOV3, image_processor_type: 'ViTImageProcessor' }).rounding).toBeUndefined();
  });

  it('stretches ConvNeXt from 384 on', () => {
    expect(parse({ ...CONVNEXT, size: { shortest_edge: 384 } })).toMatchObject({ width: 384, fit: 'stretch' });
  });

  it('reads older files: a bare number, another name for the type, no rescaling', () => {
    const old = { feature_extractor_type: 'ViTFeatureExtractor', size: 224, resample: 2, ...IMAGENET };
    expect(parse(old)).toMatchObject({ width: 224, height: 224, fit: 'stretch' });
    expect(parse({ ...old, do_rescale: false }).scale).toBe(1);
    expect(parse({ ...old, do_normalize: false }).mean).toBeUndefined();
    expect(parse({ ...old, size: { shortest_edge: 256 }, do_center_crop: true, crop_size: 224 })).toMatchObject({
      width: 224,
      height: 224,
      fit: 'crop',
      shortestEdge: 256,
    });
  });

  it.each([
    ['size', { ...DINOV3, size: undefined }],
    ['size', { ...DINOV3, size: { shortest_edge: -1 } }],
    ['resample', { ...DINOV3, resample: undefined }],
    ['resample', { ...DINOV3, resample: 5 }],
    ['image_mean', { ...DINOV3, image_mean: [0.5] }],
    ['image_std', { ...DINOV3, image_std: undefined }],
    ['rescale_factor', { ...DINOV3, rescale_factor: 0 }],
    ['do_resize', { ...DINOV3, do_resize: false }],
    ['do_pad', { ...DINOV3, do_pad: true }],
    ['do_center_crop', { ...DINOV2, do_center_crop: false }],
    ['crop_size', { ...DINOV2, crop_size: undefined }],
    ['crop_size', { ...DINOV2, crop_size: 300 }],
    ['crop_size', { ...DINOV3, do_center_crop: true, crop_size: 200 }],
    ['crop_pct', { ...CONVNEXT, crop_pct: undefined }],
    ['max_num_patches', { ...SIGLIP2, max_num_patches: 256 }],
  ])('names `%s` where it cannot be used', (key, config) => {
    expect(() => parse(config)).toThrow(
      expect.objectContaining({ code: 'SV_MODEL_FOLDER', message: expect.stringContaining(`\`${key}\``) }),
    );
  });

  it('says what was expected', () => {
    expect(() => parse({ ...DINOV3, resample: undefined })).toThrowErrorMatchingInlineSnapshot(
      `[SvError: preprocessor_config.json: \`resample\` is missing: expected 0 (nearest), 1 (lanczos), 2 (bilinear) or 3 (bicubic). Correct the file, or take the folder from which the model was exported.]`,
    );
  });
});

import { type FrozenBackbone, type ResolvedSpec, resolveSpec, SvError, type TensorSpec } from '@streetvision/core';

/** How a backbone's pictures become tensors. Throws `SV_TRAIN_OPTIONS` where it does not say, or a trainer could not do the same. */
export function preprocessingOf({ id, identity }: Pick<FrozenBackbone, 'id' | 'identity'>): ResolvedSpec {
  const { preprocessing } = identity;
  if (typeof preprocessing !== 'object' || preprocessing === null || !('width' in preprocessing)) {
    throw new SvError('SV_TRAIN_OPTIONS', `Backbone ${id} does not say how its pictures are preprocessed.`, {
      fix: 'Only stages that do, such as dinov3(), can be fine-tuned elsewhere.',
    });
  }
  const spec = resolveSpec(preprocessing as TensorSpec);
  const odd = spec.fit === 'letterbox' || spec.layout !== 'chw' || spec.channels !== 'rgb' || !spec.antialias;
  if (odd) {
    throw new SvError('SV_TRAIN_OPTIONS', `The preprocessing of ${id} has no form in a preprocessor_config.json.`, {
      fix: 'Fine-tuning elsewhere takes RGB pictures that are stretched or cropped with antialiasing.',
    });
  }
  return spec;
}

const RESAMPLE = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3 } as const;

/** The same as the `preprocessor_config.json` of a model folder. */
export function preprocessorConfig(spec: ResolvedSpec): object {
  const size = { height: spec.height, width: spec.width };
  return {
    // DINOv3's processor resizes without rounding to 8 bit.
    image_processor_type: spec.rounding === 'float' ? 'DINOv3ViTImageProcessorFast' : 'ViTImageProcessor',
    do_resize: true,
    ...(spec.fit === 'crop'
      ? { size: { shortest_edge: spec.shortestEdge }, do_center_crop: true, crop_size: size }
      : { size }),
    resample: RESAMPLE[spec.resample],
    do_rescale: true,
    rescale_factor: spec.scale,
    do_normalize: true,
    image_mean: spec.mean,
    image_std: spec.std,
  };
}

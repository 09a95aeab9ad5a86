import type { TensorSpec } from '@streetvision/core';
import { clsTokens, type FeatureLayout, noCls } from '../features/layout.js';

/** What the backbones of one family have in common. */
export interface Family {
  readonly layout: FeatureLayout;
  /** Class of `transformers` whose export gives features rather than a classifier's logits. */
  readonly pythonClass: string;
  /** First part of the graph's file name. */
  readonly stem: 'model' | 'vision_model';
  readonly licence: string;
  /** The original repository asks to accept a licence; the exports follow the same licence without asking. */
  readonly gated: boolean;
}

const DINOV3_LICENCE =
  'DINOv3 License (19 August 2025): commercial use allowed; the licence travels with weights and derivatives; no military, nuclear, espionage or weapons use';

export const FAMILIES = {
  'dinov3-vit': {
    layout: clsTokens(4),
    pythonClass: 'DINOv3ViTModel',
    stem: 'model',
    licence: DINOV3_LICENCE,
    gated: true,
  },
  'dinov3-convnext': {
    layout: clsTokens(0),
    pythonClass: 'DINOv3ConvNextModel',
    stem: 'model',
    licence: DINOV3_LICENCE,
    gated: true,
  },
  'dinov2-registers': {
    layout: clsTokens(4),
    pythonClass: 'Dinov2WithRegistersModel',
    stem: 'model',
    licence: 'Apache-2.0',
    gated: false,
  },
  siglip2: {
    layout: noCls,
    pythonClass: 'SiglipVisionModel',
    stem: 'vision_model',
    licence: 'Apache-2.0',
    gated: false,
  },
  convnextv2: {
    layout: noCls,
    pythonClass: 'ConvNextV2Model',
    stem: 'model',
    licence:
      'Apache-2.0 on the model card; timm lists the same weights as CC BY-NC 4.0: settle it before commercial use',
    gated: false,
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;

export const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** DINOv3's processor: rescales, resizes in float with antialiasing, normalises. The aspect ratio is not kept. */
export const dinov3Spec = (norm: Pick<TensorSpec, 'mean' | 'std'> = IMAGENET): TensorSpec => ({
  width: 224,
  height: 224,
  fit: 'stretch',
  resample: 'bilinear',
  rounding: 'float',
  ...norm,
});

/** DINOv2's and ConvNeXt's processor at 224: shortest edge 256, bicubic in 8 bit, centre 224. */
export const cropSpec: TensorSpec = {
  width: 224,
  height: 224,
  fit: 'crop',
  shortestEdge: 256,
  resample: 'bicubic',
  ...IMAGENET,
};

/** SigLIP2 FixRes: stretched, bilinear in 8 bit, to -1…1. */
export const siglip2Spec = (size: number): TensorSpec => ({
  width: size,
  height: size,
  fit: 'stretch',
  resample: 'bilinear',
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
});

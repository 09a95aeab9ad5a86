import type { TensorSpec } from '@streetvision/core';
import { cropSpec, dinov3Spec, type FamilyName, siglip2Spec } from './families.js';

/** A known backbone. */
export interface BackboneEntry {
  /** Id of the original weights on Hugging Face. */
  readonly id: string;
  /** Short form that `backbone` takes as well. */
  readonly alias: string;
  readonly family: FamilyName;
  /** Length of one feature vector (`cls+mean` is twice as long). */
  readonly dimension: number;
  /** Side of a patch in pixels; `null` for convolutional nets. */
  readonly patch: number | null;
  /** Parameters in millions, rounded as published, where a source says so; DINOv2's are those of the models without registers. */
  readonly params: number | null;
  readonly preprocessing: TensorSpec;
  /** Hugging Face repository of a public ONNX export; `null` where none is known. */
  readonly export: string | null;
}

const SAT493M = { mean: [0.43, 0.411, 0.296], std: [0.213, 0.156, 0.143] } as const;

const dinov3 = (
  size: string,
  dimension: number,
  params: number,
  exported = false,
  data = 'lvd1689m',
): BackboneEntry => ({
  id: `facebook/dinov3-${size}-pretrain-${data}`,
  alias: `dinov3-${size}${data === 'lvd1689m' ? '' : `-${data}`}`,
  family: size.startsWith('vit') ? 'dinov3-vit' : 'dinov3-convnext',
  dimension,
  patch: size.startsWith('vit') ? 16 : null,
  params,
  preprocessing: dinov3Spec(data === 'sat493m' ? SAT493M : undefined),
  export: exported ? `onnx-community/dinov3-${size}-pretrain-${data}-ONNX` : null,
});

const dinov2 = (size: string, dimension: number, params: number): BackboneEntry => ({
  id: `facebook/dinov2-with-registers-${size}`,
  alias: `dinov2-registers-${size}`,
  family: 'dinov2-registers',
  dimension,
  patch: 14,
  params,
  preprocessing: cropSpec,
  export: `onnx-community/dinov2-with-registers-${size}`,
});

// Of the picture tower, rounded, as the paper's abstract names the sizes.
const SIGLIP2_PARAMS: Readonly<Record<string, number>> = { base: 86, large: 303, so400m: 400 };

const siglip2 = (
  size: string,
  patch: number,
  resolution: number,
  dimension: number,
  exported = true,
): BackboneEntry => ({
  id: `google/siglip2-${size}-patch${patch}-${resolution}`,
  alias: `siglip2-${size}-patch${patch}-${resolution}`,
  family: 'siglip2',
  dimension,
  patch,
  params: SIGLIP2_PARAMS[size] ?? null,
  preprocessing: siglip2Spec(resolution),
  export: exported ? `onnx-community/siglip2-${size}-patch${patch}-${resolution}-ONNX` : null,
});

const convnextv2 = (size: string, dimension: number, data = '22k'): BackboneEntry => ({
  id: `facebook/convnextv2-${size}-${data}-224`,
  alias: `convnextv2-${size}`,
  family: 'convnextv2',
  dimension,
  patch: null,
  params: null,
  preprocessing: cropSpec,
  export: null,
});

/**
 * Every backbone known by name. Exports were seen in public listings but not downloaded; their revision is `main` until
 * `sv.lock` pins it. ViT-H+ and 7B, and all of ConvNeXt-V2, have no public export of features that we know of.
 */
export const BACKBONES: readonly BackboneEntry[] = [
  dinov3('vits16', 384, 21, true),
  dinov3('vits16plus', 384, 29),
  dinov3('vitb16', 768, 86, true),
  dinov3('vitl16', 1024, 300, true),
  dinov3('vith16plus', 1280, 840),
  dinov3('vit7b16', 4096, 6716),
  dinov3('vitl16', 1024, 300, false, 'sat493m'),
  dinov3('vit7b16', 4096, 6716, false, 'sat493m'),
  dinov3('convnext-tiny', 768, 29, true),
  dinov3('convnext-small', 768, 50),
  dinov3('convnext-base', 1024, 89),
  dinov3('convnext-large', 1536, 198),
  dinov2('small', 384, 21),
  dinov2('base', 768, 86),
  dinov2('large', 1024, 300),
  dinov2('giant', 1536, 1100),
  siglip2('base', 16, 224, 768),
  siglip2('base', 16, 256, 768),
  siglip2('base', 16, 384, 768),
  siglip2('base', 16, 512, 768),
  siglip2('large', 16, 256, 1024),
  siglip2('large', 16, 384, 1024),
  siglip2('large', 16, 512, 1024),
  siglip2('so400m', 14, 224, 1152, false),
  siglip2('so400m', 14, 384, 1152),
  siglip2('so400m', 16, 256, 1152),
  siglip2('so400m', 16, 384, 1152),
  siglip2('so400m', 16, 512, 1152, false),
  convnextv2('atto', 320, '1k'),
  convnextv2('femto', 384, '1k'),
  convnextv2('pico', 512, '1k'),
  convnextv2('nano', 640),
  convnextv2('tiny', 768),
  convnextv2('base', 1024),
  convnextv2('large', 1536),
];

/** The entry with this id or short form. */
export function findBackbone(name: string): BackboneEntry | undefined {
  const wanted = name.toLowerCase();
  return BACKBONES.find((entry) => entry.id === wanted || entry.alias === wanted);
}

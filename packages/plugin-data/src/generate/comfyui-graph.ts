import { SvError } from '@streetvision/core';
import type { GenerateRequest } from './types.js';

/** A workflow as ComfyUI's server takes it: nodes by id; `['4', 0]` is the first output of node 4. */
export type ComfyGraph = Record<string, { class_type: string; inputs: Record<string, unknown> }>;

/** The usual SDXL workflow, from noise or from a picture that was uploaded. */
export function sdxlGraph(request: GenerateRequest, checkpoint: string, image?: string): ComfyGraph {
  const { width, height } = request;
  const start: ComfyGraph = image
    ? {
        '8': { class_type: 'LoadImage', inputs: { image } },
        '9': {
          class_type: 'ImageScale',
          inputs: { image: ['8', 0], upscale_method: 'lanczos', width, height, crop: 'center' },
        },
        '4': { class_type: 'VAEEncode', inputs: { pixels: ['9', 0], vae: ['1', 2] } },
      }
    : { '4': { class_type: 'EmptyLatentImage', inputs: { width, height, batch_size: 1 } } };
  return {
    '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
    '2': { class_type: 'CLIPTextEncode', inputs: { text: request.prompt, clip: ['1', 1] } },
    '3': { class_type: 'CLIPTextEncode', inputs: { text: request.negativePrompt, clip: ['1', 1] } },
    ...start,
    '5': {
      class_type: 'KSampler',
      inputs: {
        seed: request.seed,
        steps: request.steps,
        cfg: request.guidance,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: request.init?.strength ?? 1,
        model: ['1', 0],
        positive: ['2', 0],
        negative: ['3', 0],
        latent_image: ['4', 0],
      },
    },
    '6': { class_type: 'VAEDecode', inputs: { samples: ['5', 0], vae: ['1', 2] } },
    '7': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'streetvision' } },
  };
}

/**
 * A workflow of the user's own, exported in API format, in which a value `{{prompt}}` stands for the prompt; so do
 * negativePrompt, seed, width, height, steps, guidance, strength and image. Throws `SV_GENERATOR`.
 */
export function fillGraph(graph: unknown, request: GenerateRequest, image?: string): ComfyGraph {
  const { init, ...values } = request;
  const known: Record<string, unknown> = { ...values, strength: init?.strength ?? 1, ...(image ? { image } : {}) };
  const used = new Set<string>();
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    }
    const key = typeof value === 'string' ? /^\{\{(\w+)\}\}$/.exec(value)?.[1] : undefined;
    if (key === undefined) return value;
    if (!(key in known)) {
      throw new SvError('SV_GENERATOR', `The workflow asks for \`{{${key}}}\`, which there is not.`, {
        fix: `There are ${Object.keys(known).join(', ')}${image ? '' : '; `image` needs --init'}.`,
      });
    }
    used.add(key);
    return known[key];
  };
  const filled = fill(graph);
  for (const key of ['prompt', 'seed']) {
    if (used.has(key)) continue;
    throw new SvError('SV_GENERATOR', `The workflow does not use \`{{${key}}}\`: every picture would be the same.`, {
      fix: `Export it in API format and write "{{${key}}}" as the value of that input.`,
    });
  }
  return filled as ComfyGraph;
}

import { SvError } from '@streetvision/core';
import { z } from 'zod';

const weight = z.number().min(0).max(1);
const control = { control_path: z.string().min(1).optional(), control_weight: weight.optional() };
const strength = z.enum(['very_low', 'low', 'medium', 'high', 'very_high']);

/** What the program takes; a key beside these is an error there, and so it is here. */
const Spec = z
  .strictObject({
    name: z.string().regex(/^[\w.-]+$/, 'expected letters, digits, `_`, `-` and `.`'),
    prompt: z.string().min(1).optional(),
    prompt_path: z.string().min(1).optional(),
    negative_prompt: z.string().optional(),
    video_path: z.string().min(1),
    image_context_path: z.string().min(1).optional(),
    seed: z.int().nonnegative().optional(),
    guidance: z.int().min(0).max(7).optional(),
    num_steps: z.int().positive().optional(),
    resolution: z.string().regex(/^\d+$/).optional(),
    max_frames: z.int().positive().optional(),
    num_video_frames_per_chunk: z.int().positive().optional(),
    num_conditional_frames: z.int().min(0).max(2).optional(),
    keep_input_resolution: z.boolean().optional(),
    show_control_condition: z.boolean().optional(),
    edge: z.strictObject({ ...control, preset_edge_threshold: strength.optional() }).optional(),
    depth: z.strictObject(control).optional(),
    seg: z.strictObject({ ...control, control_prompt: z.string().min(1).optional() }).optional(),
    vis: z.strictObject({ ...control, preset_blur_strength: strength.optional() }).optional(),
  })
  .refine((spec) => spec.prompt !== undefined || spec.prompt_path !== undefined, 'expected `prompt` or `prompt_path`')
  .refine((spec) => spec.edge ?? spec.depth ?? spec.seg ?? spec.vis, 'expected at least one of edge, depth, seg, vis')
  .refine((spec) => !(spec.vis && spec.image_context_path), '`vis` and `image_context_path` exclude each other');

/** A spec file of NVIDIA Cosmos Transfer 2.5, after its own checks (nvidia-cosmos/cosmos-transfer2.5, config.py). */
export type CosmosSpec = z.infer<typeof Spec>;

/** Checks a spec. Throws `SV_GENERATOR` with every mistake. */
export function checkCosmosSpec(value: unknown): CosmosSpec {
  const spec = Spec.safeParse(value);
  if (spec.success) return spec.data;
  const mistakes = spec.error.issues.map(({ path, message }) => `${path.join('.') || 'spec'}: ${message}`);
  throw new SvError('SV_GENERATOR', `The Cosmos spec is wrong:\n  ${mistakes.join('\n  ')}`);
}

import { z } from 'zod';
import { pictureOfBase64 } from './base64-picture.js';
import { createServer, type ServerOptions } from './http.js';
import type { Generator } from './types.js';

export interface Automatic1111Options extends Omit<ServerOptions, 'url' | 'token'> {
  /** @default 'http://127.0.0.1:7860' */
  readonly url?: string | undefined;
  /** As the server names it. @default the one that is loaded there */
  readonly checkpoint?: string | undefined;
  /** @example 'DPM++ 2M' @default that of the server */
  readonly sampler?: string | undefined;
  /** @example 'karras' @default that of the server */
  readonly scheduler?: string | undefined;
}

const Reply = z.object({ images: z.array(z.string()).min(1) });

/** Stable Diffusion XL in AUTOMATIC1111 or Forge, started with `--api`. */
export function automatic1111(options: Automatic1111Options = {}): Generator {
  const name = 'automatic1111';
  const { checkpoint, sampler, scheduler } = options;
  const server = createServer(name, { ...options, url: options.url ?? 'http://127.0.0.1:7860' });
  return {
    name,
    defaults: { width: 1024, height: 1024, steps: 25, guidance: 8 },
    identity: { checkpoint, sampler, scheduler },
    async generate(request, { signal, again }) {
      const { init } = request;
      const body = {
        prompt: request.prompt,
        negative_prompt: request.negativePrompt,
        steps: request.steps,
        cfg_scale: request.guidance,
        width: request.width,
        height: request.height,
        seed: request.seed,
        batch_size: 1,
        n_iter: 1,
        ...(sampler ? { sampler_name: sampler } : {}),
        ...(scheduler ? { scheduler } : {}),
        ...(checkpoint ? { override_settings: { sd_model_checkpoint: checkpoint } } : {}),
        ...(init
          ? { init_images: [Buffer.from(init.bytes).toString('base64')], denoising_strength: init.strength }
          : {}),
      };
      const answer = await server.ask(init ? '/sdapi/v1/img2img' : '/sdapi/v1/txt2img', { body, signal, again });
      return pictureOfBase64(Reply.safeParse(answer.json()).data?.images[0], name);
    },
  };
}

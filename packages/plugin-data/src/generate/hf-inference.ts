import { SvError } from '@streetvision/core';
import { z } from 'zod';
import { pictureOfBase64 } from './base64-picture.js';
import { createServer, type ServerOptions } from './http.js';
import type { Generator } from './types.js';

export interface HfInferenceOptions extends Omit<ServerOptions, 'url' | 'auth'> {
  /** @default 'https://router.huggingface.co/hf-inference' */
  readonly url?: string | undefined;
  /** @default 'stabilityai/stable-diffusion-xl-base-1.0' */
  readonly model?: string | undefined;
  /** @default `$HF_TOKEN` */
  readonly token?: string | undefined;
}

const Reply = z.object({ data: z.array(z.object({ b64_json: z.string() })).min(1) });

/** Stable Diffusion XL, or another model, at Hugging Face's own inference. It costs money by the account of the token. */
export function hfInference(options: HfInferenceOptions = {}): Generator {
  const name = 'hf-inference';
  const { model = 'stabilityai/stable-diffusion-xl-base-1.0' } = options;
  if (!/^\w[\w.-]*\/\w[\w.-]*$/.test(model)) {
    throw new SvError('SV_GENERATOR', `The model \`${model}\` has not the form org/name.`);
  }
  const token = options.token ?? (process.env.HF_TOKEN || undefined);
  if (!token) {
    throw new SvError('SV_GENERATOR', 'Inference at Hugging Face needs a token.', { fix: 'Set HF_TOKEN.' });
  }
  const server = createServer(name, {
    ...options,
    token,
    url: options.url ?? 'https://router.huggingface.co/hf-inference',
  });
  return {
    name,
    defaults: { width: 1024, height: 1024, steps: 25, guidance: 8 },
    identity: { model },
    async generate(request, { signal, again }) {
      if (request.init) {
        throw new SvError('SV_GENERATOR', `${name} makes pictures from prompts alone.`, { fix: 'Leave out --init.' });
      }
      const body = {
        inputs: request.prompt,
        parameters: {
          negative_prompt: request.negativePrompt,
          guidance_scale: request.guidance,
          num_inference_steps: request.steps,
          width: request.width,
          height: request.height,
          seed: request.seed,
        },
      };
      const answer = await server.ask(`/models/${model}`, {
        ...{ body, signal, again },
        accept: 'image/png, application/json',
      });
      if (!answer.type.includes('json')) return answer.bytes;
      return pictureOfBase64(Reply.safeParse(answer.json()).data?.data[0]?.b64_json, name);
    },
  };
}

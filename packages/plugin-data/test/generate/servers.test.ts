import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silent } from '@streetvision/core';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { automatic1111 } from '../../src/generate/automatic1111.js';
import { comfyUi } from '../../src/generate/comfyui.js';
import { hfInference } from '../../src/generate/hf-inference.js';
import { isRefusal } from '../../src/generate/refusal.js';
import type { GenerateRequest } from '../../src/generate/types.js';
import { picture } from '../pictures.js';
import { type Asked, type Reply, strictServer } from './strict-server.js';

const request: GenerateRequest = {
  prompt: 'a street',
  negativePrompt: 'cones',
  seed: 4_294_967_295,
  width: 1024,
  height: 768,
  steps: 25,
  guidance: 7.5,
};
const ctx = { signal: new AbortController().signal, log: silent };

let open: Awaited<ReturnType<typeof strictServer>> | undefined;
afterEach(() => {
  const { wrong } = open ?? { wrong: [] };
  open?.close();
  expect(wrong).toEqual([]);
});
async function start(answer: (asked: Asked) => Promise<Reply> | Reply) {
  open = await strictServer(answer);
  return open;
}
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error: Error) => error,
  );

describe('automatic1111', () => {
  const common = {
    prompt: z.string(),
    negative_prompt: z.string(),
    steps: z.int(),
    cfg_scale: z.number(),
    width: z.int(),
    height: z.int(),
    seed: z.int(),
    sampler_name: z.string().optional(),
    scheduler: z.string().optional(),
    batch_size: z.literal(1),
    n_iter: z.literal(1),
    override_settings: z.strictObject({ sd_model_checkpoint: z.string() }).optional(),
  };
  const Txt2Img = z.strictObject(common);
  const Img2Img = z.strictObject({
    ...common,
    init_images: z.array(z.base64()).length(1),
    denoising_strength: z.number().min(0).max(1),
  });

  it('asks for a picture from a prompt, and from a picture', async () => {
    const made = await picture(5);
    const seen: unknown[] = [];
    const server = await start((asked) => {
      const image = asked.path === '/sdapi/v1/img2img';
      if (!image && asked.path !== '/sdapi/v1/txt2img') throw new Error('path');
      expect(asked.headers.authorization).toBe(`Basic ${Buffer.from('ann:pass:word').toString('base64')}`);
      seen.push(asked.body<unknown>(image ? Img2Img : Txt2Img));
      return { json: { images: [made.toString('base64')], parameters: {}, info: '{"seed":4294967295}' } };
    });
    const generator = automatic1111({
      url: server.url.replace('//', '//ann:pass%3Aword@'),
      checkpoint: 'sdxl',
      sampler: 'DPM++ 2M',
      scheduler: 'karras',
    });
    expect(Buffer.from(await generator.generate(request, ctx))).toEqual(made);
    await generator.generate({ ...request, init: { bytes: Buffer.from('abc'), strength: 0.7 } }, ctx);
    await automatic1111({ url: server.url, auth: 'ann:pass:word' }).generate(request, ctx);
    expect(seen).toMatchObject([
      {
        negative_prompt: 'cones',
        cfg_scale: 7.5,
        override_settings: { sd_model_checkpoint: 'sdxl' },
        sampler_name: 'DPM++ 2M',
      },
      { init_images: ['YWJj'], denoising_strength: 0.7 },
      { seed: 4_294_967_295 },
    ]);
  });

  it('says what went wrong, without the password', async () => {
    const replies: Reply[] = [
      { status: 401, json: { detail: 'no ann:hunter22 here' } },
      { status: 200, json: { images: [] } },
      { status: 500, json: { error: 'OutOfMemoryError' } },
      { status: 200, bytes: Buffer.from('<html>'), type: 'text/html' },
      { status: 400, json: { detail: 'Blocked by the NSFW filter' } },
    ];
    const server = await start(() => replies.shift() as Reply);
    const generator = automatic1111({ url: server.url.replace('//', '//ann:hunter22@'), retries: 0 });
    const errors = [];
    for (let i = 0; i < 5; i++) errors.push(await thrown(generator.generate(request, ctx)));
    expect(errors.map((error) => (error as Error).message)).toMatchInlineSnapshot(`
      [
        "automatic1111 answered 401 to /sdapi/v1/txt2img: {"detail":"no *** here"} Check the password or the token.",
        "automatic1111 answered without a picture. Look at its log.",
        "automatic1111 answered 500 to /sdapi/v1/txt2img: {"error":"OutOfMemoryError"}",
        "automatic1111 answered something else than JSON. Check its address.",
        "automatic1111 refused the prompt: {"detail":"Blocked by the NSFW filter"}",
      ]
    `);
    expect(errors.map(isRefusal)).toEqual([false, false, false, false, true]);
    server.close();
    const away = (await thrown(generator.generate(request, ctx))) as Error;
    expect(away.message).toMatch(/^automatic1111 at http:\/\/127.0.0.1:\d+ did not answer: .* Check that it runs/);
    expect(away.message).not.toContain('hunter22');
    expect(() => automatic1111({ url: 'nowhere' })).toThrow('no http(s) URL');
    expect(() =>
      automatic1111({ url: 'http://gpu.example:7860', auth: 'ann:hunter22' }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[SvError: http://gpu.example:7860 is not encrypted, and a password is not sent there. Use https, or a tunnel: \`ssh -L 7860:127.0.0.1:7860 host\`.]`,
    );
    const echo = await start(({ headers }) => ({
      status: 500,
      json: { header: headers.authorization, colon: 'pa"ss:w0rd', rest: 'w0rd' },
    }));
    const told = await thrown(automatic1111({ url: echo.url, auth: 'ann:pa"ss:w0rd' }).generate(request, ctx));
    expect(told.message).toContain('{"header":"***","colon":"***","rest":"w0rd"}');
  });

  it('tries again where a server is busy', async () => {
    const made = await picture(5);
    let busy = 2;
    const server = await start(() => (busy-- > 0 ? { status: 503 } : { json: { images: [made.toString('base64')] } }));
    await automatic1111({ url: server.url, backoffMs: 1 }).generate(request, ctx);
    expect(server.asked.length).toBe(3);
    server.close();
    // Where a limit is reached it is not sent again, and neither is one whose answer was lost.
    const full = await start(() => ({ status: 503 }));
    const again = async () => false;
    await expect(automatic1111({ url: full.url, backoffMs: 1 }).generate(request, { ...ctx, again })).rejects.toThrow(
      '503',
    );
    expect(full.asked.length).toBe(1);
    full.close();
    let sent = 0;
    const lost = createServer((asked) => {
      asked.resume().on('end', () => {
        sent++;
        asked.socket.destroy();
      });
    });
    await new Promise<void>((ready) => lost.listen(0, '127.0.0.1', ready));
    const { port } = lost.address() as AddressInfo;
    await expect(
      automatic1111({ url: `http://127.0.0.1:${port}`, backoffMs: 1 }).generate(request, ctx),
    ).rejects.toThrow('did not answer');
    expect(sent).toBe(1);
    lost.close();
  });
});

describe('hf-inference', () => {
  const Body = z.strictObject({
    inputs: z.string(),
    parameters: z.strictObject({
      negative_prompt: z.string(),
      guidance_scale: z.number(),
      num_inference_steps: z.int(),
      width: z.int(),
      height: z.int(),
      seed: z.int(),
    }),
  });

  it('takes bytes and JSON, and sends the token where it is safe', async () => {
    const made = await picture(6);
    const replies: Reply[] = [{ bytes: made }, { json: { data: [{ b64_json: made.toString('base64') }] } }];
    const server = await start((asked) => {
      expect(asked.path).toBe('/hf-inference/models/stabilityai/stable-diffusion-xl-base-1.0');
      expect(asked.headers.authorization).toBe('Bearer hf_secret');
      expect(asked.body(Body)).toEqual({
        inputs: 'a street',
        parameters: {
          negative_prompt: 'cones',
          guidance_scale: 7.5,
          num_inference_steps: 25,
          width: 1024,
          height: 768,
          seed: 4_294_967_295,
        },
      });
      return replies.shift() as Reply;
    });
    const generator = hfInference({ url: `${server.url}/hf-inference`, token: 'hf_secret' });
    for (let i = 0; i < 2; i++) expect(Buffer.from(await generator.generate(request, ctx))).toEqual(made);
    await expect(generator.generate({ ...request, init: { bytes: made, strength: 1 } }, ctx)).rejects.toThrow(
      'prompts alone',
    );
    expect(() => hfInference({ url: 'http://example.org', token: 'hf_secret' })).toThrow(
      'http://example.org is not encrypted, and a token is not sent there.',
    );
    expect(() => hfInference({ model: '../x', token: 'x' })).toThrow('has not the form');
  });
});

describe('comfyui', () => {
  const link = (id: string, output: number) => z.tuple([z.literal(id), z.literal(output)]);
  const node = <T extends string, I extends z.ZodRawShape>(type: T, inputs: I) =>
    z.strictObject({ class_type: z.literal(type), inputs: z.strictObject(inputs) });
  const common = {
    '1': node('CheckpointLoaderSimple', { ckpt_name: z.literal('sd_xl_base_1.0.safetensors') }),
    '2': node('CLIPTextEncode', { text: z.literal('a street'), clip: link('1', 1) }),
    '3': node('CLIPTextEncode', { text: z.literal('cones'), clip: link('1', 1) }),
    '5': node('KSampler', {
      ...{
        seed: z.literal(4_294_967_295),
        steps: z.literal(25),
        cfg: z.literal(7.5),
        sampler_name: z.string(),
        scheduler: z.string(),
      },
      ...{
        denoise: z.number().gt(0).max(1),
        model: link('1', 0),
        positive: link('2', 0),
        negative: link('3', 0),
        latent_image: link('4', 0),
      },
    }),
    '6': node('VAEDecode', { samples: link('5', 0), vae: link('1', 2) }),
    '7': node('SaveImage', { images: link('6', 0), filename_prefix: z.string() }),
  };
  const FromNoise = z.strictObject({
    ...common,
    '4': node('EmptyLatentImage', { width: z.literal(1024), height: z.literal(768), batch_size: z.literal(1) }),
  });
  const FromPicture = z.strictObject({
    ...common,
    '4': node('VAEEncode', { pixels: link('9', 0), vae: link('1', 2) }),
    '8': node('LoadImage', { image: z.literal('sub/up.png') }),
    '9': node('ImageScale', {
      image: link('8', 0),
      upscale_method: z.enum(['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos']),
      width: z.int(),
      height: z.int(),
      crop: z.enum(['disabled', 'center']),
    }),
  });
  const Body = (graph: z.ZodType) => z.strictObject({ prompt: graph, client_id: z.uuid() });

  function comfy(graph: z.ZodType, made: Buffer, { polls = 2, entry = undefined as unknown } = {}) {
    const id = '0f0e0d0c-0b0a-4908-8706-050403020100';
    return async (asked: Asked): Promise<Reply> => {
      const { method, path, query } = asked;
      if (method === 'POST' && path === '/upload/image') {
        const form = await new Response(new Uint8Array(asked.bytes), {
          headers: { 'content-type': asked.headers['content-type'] as string },
        }).formData();
        expect([...form.keys()].sort()).toEqual(['image', 'overwrite', 'type']);
        expect([form.get('type'), form.get('overwrite'), form.get('image')]).toEqual([
          'input',
          'true',
          expect.any(File),
        ]);
        return { json: { name: 'up.png', subfolder: 'sub', type: 'input' } };
      }
      if (method === 'POST' && path === '/prompt') {
        asked.body(Body(graph));
        return { json: { prompt_id: id, number: 1, node_errors: {} } };
      }
      if (method === 'POST' && path === '/interrupt') {
        asked.body(z.strictObject({ prompt_id: z.literal(id) }));
        return { json: {} };
      }
      if (method === 'GET' && path === `/history/${id}`) {
        if (polls-- > 0) return { json: {} };
        const preview = { images: [{ filename: 'preview.png', subfolder: '', type: 'temp' }] };
        const images = [{ filename: 'streetvision_1.png', subfolder: '', type: 'output' }];
        return {
          json: {
            [id]: entry ?? {
              outputs: { '3': preview, '7': { images } },
              status: { status_str: 'success', completed: true },
            },
          },
        };
      }
      if (method === 'GET' && path === '/view') {
        expect(Object.fromEntries(query)).toEqual({ filename: 'streetvision_1.png', subfolder: '', type: 'output' });
        return { bytes: made };
      }
      throw new Error('no such route');
    };
  }

  it('queues, waits and fetches; uploads what it starts from', async () => {
    const made = await picture(7);
    const noise = await start(comfy(FromNoise, made));
    expect(Buffer.from(await comfyUi({ url: noise.url, pollMs: 1 }).generate(request, ctx))).toEqual(made);
    expect(noise.asked).toEqual([
      'POST /prompt',
      ...Array(3).fill('GET /history/0f0e0d0c-0b0a-4908-8706-050403020100'),
      'GET /view',
    ]);
    expect(noise.wrong).toEqual([]);
    noise.close();
    const init = await start(comfy(FromPicture, made));
    await comfyUi({ url: init.url, pollMs: 1 }).generate({ ...request, init: { bytes: made, strength: 0.6 } }, ctx);
  });

  it('fills in a workflow, and refuses one that ignores prompt or seed', async () => {
    const made = await picture(7);
    const graph = z.strictObject({
      a: z.strictObject({
        class_type: z.literal('X'),
        inputs: z.strictObject({
          text: z.literal('a street'),
          noise: z.literal(4_294_967_295),
          keep: z.literal('{{ no }}'),
        }),
      }),
    });
    const server = await start(comfy(graph, made));
    const workflow = { a: { class_type: 'X', inputs: { text: '{{prompt}}', noise: '{{seed}}', keep: '{{ no }}' } } };
    await comfyUi({ url: server.url, pollMs: 1, workflow }).generate(request, ctx);
    for (const inputs of [{ text: '{{prompt}}' }, { text: '{{prompt}}', noise: '{{seed}}', start: '{{image}}' }]) {
      const wrong = comfyUi({ url: server.url, workflow: { a: { class_type: 'X', inputs } } });
      await expect(wrong.generate(request, ctx)).rejects.toMatchObject({ code: 'SV_GENERATOR' });
    }
  });

  it('says that a workflow failed, and stops one that takes too long or is given up', async () => {
    const made = await picture(7);
    const failed = await start(
      comfy(FromNoise, made, { polls: 0, entry: { outputs: {}, status: { status_str: 'error', completed: false } } }),
    );
    await expect(comfyUi({ url: failed.url, pollMs: 1 }).generate(request, ctx)).rejects.toThrow(
      'comfyui ended without a picture (error). Look at its log.',
    );
    failed.close();
    const slow = await start(comfy(FromNoise, made, { polls: 1e9 }));
    await expect(comfyUi({ url: slow.url, pollMs: 1, timeoutMs: 200 }).generate(request, ctx)).rejects.toThrow(
      'was not done after 0.2 s',
    );
    const stop = new AbortController();
    const before = slow.asked.length;
    // Once it has been queued: before that there is nothing to stop.
    const watch = setInterval(() => slow.asked.length > before + 2 && stop.abort(), 5);
    await expect(
      comfyUi({ url: slow.url, pollMs: 5 }).generate(request, { ...ctx, signal: stop.signal }),
    ).rejects.toThrow();
    clearInterval(watch);
    expect(slow.asked.filter((one) => one === 'POST /interrupt').length).toBe(2);
  });
});

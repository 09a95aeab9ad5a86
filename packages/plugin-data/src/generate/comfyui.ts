import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SvError } from '@streetvision/core';
import { z } from 'zod';
import { fillGraph, sdxlGraph } from './comfyui-graph.js';
import { createServer, type Server, type ServerOptions } from './http.js';
import type { GenerateContext, Generator } from './types.js';

export interface ComfyUiOptions extends Omit<ServerOptions, 'url' | 'token'> {
  /** @default 'http://127.0.0.1:8188' */
  readonly url?: string | undefined;
  /** File in its `checkpoints` folder. @default 'sd_xl_base_1.0.safetensors' */
  readonly checkpoint?: string | undefined;
  /** A workflow of your own in API format; see `fillGraph`. */
  readonly workflow?: unknown;
  /** Pause between two questions whether it is done. @default 500 */
  readonly pollMs?: number | undefined;
}

const Queued = z.object({ prompt_id: z.string().min(1) });
const Uploaded = z.object({ name: z.string().min(1), subfolder: z.string().optional() });
const File = z.object({ filename: z.string(), subfolder: z.string(), type: z.string() });
const Done = z.object({
  outputs: z.record(z.string(), z.object({ images: z.array(File).optional() })),
  status: z.object({ status_str: z.string() }).optional(),
});

/** Stable Diffusion XL, or a workflow of your own, in ComfyUI. */
export function comfyUi(options: ComfyUiOptions = {}): Generator {
  const name = 'comfyui';
  const { checkpoint = 'sd_xl_base_1.0.safetensors', workflow, pollMs = 500, timeoutMs = 600_000 } = options;
  const server = createServer(name, { ...options, url: options.url ?? 'http://127.0.0.1:8188' });
  const clientId = randomUUID();
  return {
    name,
    defaults: { width: 1024, height: 1024, steps: 25, guidance: 8 },
    identity:
      workflow === undefined
        ? { checkpoint }
        : { workflow: createHash('sha256').update(JSON.stringify(workflow)).digest('hex') },
    async generate(request, ctx) {
      const image = request.init ? await upload(server, request.init.bytes, ctx.signal) : undefined;
      const graph =
        workflow === undefined ? sdxlGraph(request, checkpoint, image) : fillGraph(workflow, request, image);
      const body = { prompt: graph, client_id: clientId };
      const { signal, again } = ctx;
      const queued = Queued.safeParse((await server.ask('/prompt', { body, signal, again })).json());
      if (!queued.success) throw new SvError('SV_GENERATOR', `${name} took the workflow without giving it an id.`);
      const file = await waitFor(server, queued.data.prompt_id, { pollMs, timeoutMs }, ctx);
      return (await server.ask(`/view?${new URLSearchParams(file)}`, { signal: ctx.signal, accept: 'image/*' })).bytes;
    },
  };
}

async function upload(server: Server, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  const body = new FormData();
  body.set('image', new Blob([new Uint8Array(bytes)]), `streetvision-${randomUUID()}.png`);
  body.set('type', 'input');
  body.set('overwrite', 'true');
  const uploaded = Uploaded.safeParse((await server.ask('/upload/image', { body, signal })).json());
  if (!uploaded.success)
    throw new SvError('SV_GENERATOR', 'comfyui did not say under which name it keeps the picture.');
  const { name, subfolder } = uploaded.data;
  return subfolder ? `${subfolder}/${name}` : name;
}

async function waitFor(
  server: Server,
  id: string,
  { pollMs, timeoutMs }: { pollMs: number; timeoutMs: number },
  { signal, log }: GenerateContext,
): Promise<z.infer<typeof File>> {
  const until = Date.now() + timeoutMs;
  try {
    while (Date.now() < until) {
      const history = (await server.ask(`/history/${encodeURIComponent(id)}`, { signal })).json();
      const entry = (history as Record<string, unknown> | null)?.[id];
      if (entry !== undefined) return pictureIn(entry);
      await sleep(pollMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted)
      await interrupt(server, id).catch((failed: Error) =>
        log.warn('comfyui was not stopped', { reason: failed.message }),
      );
    throw error;
  }
  await interrupt(server, id);
  throw new SvError('SV_GENERATOR', `comfyui was not done after ${timeoutMs / 1000} s.`, { fix: 'Raise --timeout.' });
}

function pictureIn(entry: unknown): z.infer<typeof File> {
  const done = Done.safeParse(entry);
  const files = Object.values(done.data?.outputs ?? {}).flatMap(({ images }) => images ?? []);
  // Nodes that show a preview give pictures too, of type `temp`.
  const file = files.find(({ type }) => type === 'output') ?? files[0];
  if (file) return file;
  const said = done.data?.status?.status_str;
  throw new SvError('SV_GENERATOR', `comfyui ended without a picture${said ? ` (${said})` : ''}.`, {
    fix: 'Look at its log.',
  });
}

const interrupt = (server: Server, id: string) =>
  server.ask('/interrupt', { body: { prompt_id: id }, signal: AbortSignal.timeout(5_000) });

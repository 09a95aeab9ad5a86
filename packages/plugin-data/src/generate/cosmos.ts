import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { SvError } from '@streetvision/core';
import { writeWhole } from '../cache/write-whole.js';
import { findKind } from '../formats/paths.js';
import { clipFrames } from '../video/ffmpeg.js';
import { startTool } from '../video/tool.js';
import { type CosmosSpec, checkCosmosSpec } from './cosmos-spec.js';
import type { GenerateContext, GenerateRequest, Generator } from './types.js';

export interface CosmosOptions {
  /** The program and what stands before `-i`. @example ['python', 'examples/inference.py'] */
  readonly command: readonly string[];
  /** Folder to run it in: a checkout of cosmos-transfer2.5. @default the working folder */
  readonly cwd?: string | undefined;
  /** The video that is transferred: its edges, depth or regions stay, its look changes. */
  readonly video: string;
  /** Folder for specs and videos. */
  readonly work: string;
  /** What of the video holds. @default { edge: { control_weight: 1 } } */
  readonly controls?: Pick<CosmosSpec, 'edge' | 'depth' | 'seg' | 'vis'> | undefined;
  /** Frames of the video that are made. @default 93 */
  readonly maxFrames?: number | undefined;
  /** Pictures taken from it, a second. @default 1 */
  readonly fps?: number | undefined;
}

/**
 * NVIDIA Cosmos Transfer 2.5 by its command line: one video a request, of which frames are taken with ffmpeg. All frames
 * of one request show one scene and are one group. It needs a GPU with some 65 GB of memory.
 */
export function cosmosTransfer(options: CosmosOptions): Generator {
  const name = 'cosmos-transfer';
  const [program, ...before] = options.command;
  if (!program) throw new SvError('SV_GENERATOR', `${name} needs a command.`, { fix: 'Give --command.' });
  const { fps = 1, work } = options;

  function placesOf(request: GenerateRequest) {
    const key = `sv-${request.seed}`;
    const out = resolve(work, key);
    const specFile = join(out, 'spec.json');
    const video = relative(dirname(specFile), resolve(options.video)).split(sep).join('/');
    const text = `${JSON.stringify(specOf(request, key, video, options), null, 2)}\n`;
    return { key, out, specFile, doneFile: join(out, 'done.json'), text };
  }

  async function framesOf(out: string, key: string, { signal }: GenerateContext): Promise<readonly Uint8Array[]> {
    const frames: Uint8Array[] = [];
    for await (const { bytes } of clipFrames(await resultIn(out, key), { fps, signal })) frames.push(bytes);
    if (frames.length === 0) throw new SvError('SV_GENERATOR', `${name} made a video without frames.`);
    return frames;
  }

  async function found(request: GenerateRequest, ctx: GenerateContext): Promise<readonly Uint8Array[] | undefined> {
    const { key, out, specFile, doneFile, text } = placesOf(request);
    // A video alone may be half written: the program must have ended well.
    if ((await findKind(doneFile)) !== 'file' || (await readFile(specFile, 'utf8')) !== text) return undefined;
    return framesOf(out, key, ctx);
  }

  async function generateClip(request: GenerateRequest, ctx: GenerateContext): Promise<readonly Uint8Array[]> {
    const earlier = await found(request, ctx);
    if (earlier) return earlier;
    const { key, out, specFile, doneFile, text } = placesOf(request);
    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    await writeWhole(specFile, text);
    const tool = startTool(program as string, [...before, '-i', specFile, '-o', out], {
      signal: ctx.signal,
      cwd: options.cwd,
      install: 'Give the command that starts examples/inference.py of cosmos-transfer2.5, and its folder.',
    });
    tool.output.resume();
    await tool.done;
    await resultIn(out, key);
    await writeWhole(doneFile, '{}\n');
    return framesOf(out, key, ctx);
  }

  return {
    name,
    defaults: { width: 1280, height: 720, steps: 35, guidance: 3 },
    identity: { video: resolve(options.video), controls: options.controls, maxFrames: options.maxFrames, fps },
    generateClip,
    found,
    generate: async (request, ctx) => (await generateClip(request, ctx))[0] as Uint8Array,
  };
}

function specOf(request: GenerateRequest, name: string, video: string, options: CosmosOptions): CosmosSpec {
  if (request.init) {
    throw new SvError('SV_GENERATOR', 'cosmos-transfer starts from a video, not from a picture.', {
      fix: 'Give --video in place of --init.',
    });
  }
  return checkCosmosSpec({
    name,
    prompt: request.prompt,
    ...(request.negativePrompt ? { negative_prompt: request.negativePrompt } : {}),
    video_path: video,
    seed: request.seed,
    guidance: request.guidance,
    num_steps: request.steps,
    resolution: String(request.height),
    max_frames: options.maxFrames ?? 93,
    ...(options.controls ?? { edge: { control_weight: 1 } }),
  });
}

/** The video that it made: by the name of the spec, or the only one that shows no control. */
async function resultIn(folder: string, name: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.mp4'));
  const named = files.filter((file) => basename(file) === `${name}.mp4`);
  const found = named.length === 1 ? named : files.filter((file) => !basename(file).includes('control'));
  if (found.length === 1) return join(folder, found[0] as string);
  throw new SvError(
    'SV_GENERATOR',
    `cosmos-transfer left ${files.join(', ') || 'no video'} in ${folder}, expected ${name}.mp4.`,
  );
}

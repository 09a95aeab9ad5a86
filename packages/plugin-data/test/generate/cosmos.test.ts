import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silent } from '@streetvision/core';
import { describe, expect, it } from 'vitest';
import { cosmosTransfer } from '../../src/generate/cosmos.js';
import { checkCosmosSpec } from '../../src/generate/cosmos-spec.js';
import { generatePictures } from '../../src/generate/generate-pictures.js';
import type { GenerateRequest } from '../../src/generate/types.js';
import { tempFolder, write } from '../pictures.js';

const absent = spawnSync('ffmpeg', ['-version']).status !== 0;
const request: GenerateRequest = {
  prompt: 'rain',
  negativePrompt: 'cartoon',
  seed: 42,
  width: 1280,
  height: 720,
  steps: 35,
  guidance: 3,
};
const ctx = { signal: new AbortController().signal, log: silent };

/** Takes what the program takes, checks keys and types as strictly, and leaves a video of noise by the seed. */
const PROGRAM = `
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
const [mark, i, file, o, out, ...more] = process.argv.slice(2);
const fail = (text) => { console.error(text); process.exit(3); };
if (mark !== '--real' || i !== '-i' || o !== '-o' || more.length) fail('arguments ' + process.argv.slice(2));
const spec = JSON.parse(readFileSync(file, 'utf8'));
const types = { name: 'string', prompt: 'string', negative_prompt: 'string', video_path: 'string', seed: 'number', guidance: 'number', num_steps: 'number', resolution: 'string', max_frames: 'number', edge: 'object' };
for (const [key, value] of Object.entries(spec)) if (typeof value !== types[key]) fail('extra_forbidden ' + key);
for (const key of ['name', 'video_path', 'prompt', 'edge']) if (!(key in spec)) fail('missing ' + key);
if (!existsSync(resolve(dirname(file), spec.video_path))) fail('no video ' + spec.video_path);
const s = spec.seed % 97;
const noise = "nullsrc=s=160x96:r=4:d=3,geq=lum='128+100*sin(X/" + (5 + (s % 17)) + '+' + s + ")*cos(Y/" + (4 + (s % 13)) + ")':cb=128:cr=128";
const made = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', noise, '-pix_fmt', 'yuv420p', join(out, spec.name + '.mp4')]);
if (made.status) fail(String(made.stderr));
spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=d=1', '-pix_fmt', 'yuv420p', join(out, spec.name + '_control_edge.mp4')]);
`;

async function setUp() {
  const folder = await tempFolder();
  await write(folder, { 'repo/inference.mjs': PROGRAM, 'in.mp4': 'any video' });
  const settings = { video: join(folder, 'in.mp4'), work: join(folder, 'work'), cwd: join(folder, 'repo') };
  return { folder, settings, command: [process.execPath, 'inference.mjs', '--real'] };
}

describe.skipIf(absent)('cosmos-transfer, with ffmpeg', () => {
  it('writes the spec, runs the program and takes frames of its video', async () => {
    const { folder, settings, command } = await setUp();
    const frames = await cosmosTransfer({ command, ...settings }).generateClip?.(request, ctx);
    expect(frames?.map((bytes) => Buffer.from(bytes).toString('hex', 0, 3))).toEqual(['ffd8ff', 'ffd8ff', 'ffd8ff']);
    expect(JSON.parse(await readFile(join(folder, 'work/sv-42/spec.json'), 'utf8'))).toEqual({
      ...{
        name: 'sv-42',
        prompt: 'rain',
        negative_prompt: 'cartoon',
        video_path: '../../in.mp4',
        seed: 42,
        guidance: 3,
      },
      ...{ num_steps: 35, resolution: '720', max_frames: 93, edge: { control_weight: 1 } },
    });
  });

  it('makes one group of the frames of one video', async () => {
    const { folder, settings, command } = await setUp();
    const grid = { scenes: ['a', 'b'], weather: ['c'], times: ['d'], classes: { roadwork: { subjects: ['e'] } } };
    const done = await generatePictures({
      generator: cosmosTransfer({ command, ...settings }),
      grid,
      out: join(folder, 'out'),
      count: 4,
      ...ctx,
    });
    const [header, ...lines] = (await readFile(done.file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // A clip that was finished and not written down is taken as it lies; another spec has it made anew.
    const again = cosmosTransfer({ command: ['no-such-program'], ...settings });
    const { seed, prompt } = lines[0].meta;
    const asked = { ...request, seed, prompt, negativePrompt: '' };
    expect((await again.found?.(asked, ctx))?.length).toBe(3);
    expect(await again.found?.({ ...asked, prompt: 'snow' }, ctx)).toBeUndefined();
    expect([done.requests, header.counts.groups, new Set(lines.map(({ group }) => group)).size]).toEqual([2, 2, 2]);
  });
});

it('says what the program said when it failed, or that it is not there', async () => {
  const { settings, command } = await setUp();
  const run = (changes: object, asked = request) =>
    cosmosTransfer({ command, ...settings, ...changes }).generate(asked, ctx);
  await expect(run({ command: command.slice(0, 2) })).rejects.toThrow(/failed \(3\): arguments -i/);
  await expect(run({ video: '/none.mp4' })).rejects.toThrow(/failed \(3\): no video/);
  await expect(run({ controls: { depth: { control_weight: 0.5 } } })).rejects.toThrow(/extra_forbidden depth/);
  await expect(run({ command: ['no-such-program'] })).rejects.toMatchObject({ code: 'SV_DATA_TOOL' });
  await expect(run({}, { ...request, guidance: 7.5 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [SvError: The Cosmos spec is wrong:
      guidance: Invalid input: expected int, received number]
  `);
  await expect(run({}, { ...request, init: { bytes: Buffer.from('x'), strength: 1 } })).rejects.toThrow(
    'starts from a video',
  );
  expect(() => cosmosTransfer({ ...settings, command: [] })).toThrow('needs a command');
});

it('checks a spec as the program does', () => {
  const good = {
    ...{
      name: 'night_rain_01',
      prompt: 'x',
      negative_prompt: 'y',
      video_path: 'in.mp4',
      seed: 2025,
      guidance: 3,
      num_steps: 35,
      resolution: '720',
    },
    ...{
      max_frames: 93,
      num_video_frames_per_chunk: 93,
      num_conditional_frames: 1,
      keep_input_resolution: false,
      show_control_condition: false,
    },
    edge: { control_weight: 1, preset_edge_threshold: 'medium' },
    depth: { control_path: 'depth.mp4', control_weight: 0.5 },
    seg: { control_prompt: 'road, cones', control_weight: 0.5 },
    vis: { control_weight: 0.3, preset_blur_strength: 'medium' },
  };
  expect(checkCosmosSpec(good)).toEqual(good);
  const { edge, ...rest } = good;
  const wrong: object[] = [
    { ...good, output_dir: 'out' },
    { ...good, name: undefined },
    { ...good, video_path: undefined },
    { ...good, prompt: undefined },
    { ...good, guidance: 8 },
    { ...good, guidance: 2.5 },
    { ...good, num_conditional_frames: 3 },
    { ...good, edge: { ...edge, control_weight: 1.1 } },
    { ...good, depth: { preset_edge_threshold: 'medium' } },
    { ...good, image_context_path: 'a.png' },
    { name: 'a', prompt: 'x', video_path: 'b' },
  ];
  for (const spec of wrong) expect(() => checkCosmosSpec(spec)).toThrow('The Cosmos spec is wrong');
  expect(checkCosmosSpec({ ...rest, prompt: undefined, prompt_path: 'p.txt' }).prompt_path).toBe('p.txt');
});

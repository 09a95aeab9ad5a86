import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandCall, createProject, silent } from '@streetvision/core';
import sharp from 'sharp';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { generate } from '../../src/commands/generate.js';
import { data } from '../../src/plugin.js';
import { tempFolder, write } from '../pictures.js';
import { strictServer } from './strict-server.js';

afterEach(() => vi.unstubAllEnvs());

const GRID =
  'scenes: [street]\nweather: [rain, sun]\ntimes: [day]\nclasses:\n  roadwork: { subjects: [cones] }\n  none: { subjects: [cars] }\n';

/** Runs the command with its defaults, as the command line does. */
async function run(cwd: string, options: Readonly<Record<string, string>>) {
  const project = await createProject(undefined, { cwd, log: silent });
  const defaults = (generate.options ?? []).flatMap(({ flags, default: value }) =>
    value === undefined ? [] : [[/--(\w+)/.exec(flags)?.[1] as string, value] as const],
  );
  const printed: string[] = [];
  const call: CommandCall = {
    ...{ args: [], options: { ...Object.fromEntries(defaults), ...options }, cwd, log: silent },
    signal: new AbortController().signal,
    print: (text) => printed.push(text),
    runtime: () => project.runtime(),
    project: async () => ({ ...project, dataset: (ref) => openFolder(ref, cwd) }),
    progress: () => ({ total() {}, step() {}, stop() {} }),
  };
  await generate.run(call);
  return printed.join('\n');
}

async function openFolder(ref: string, cwd: string) {
  const format = data().formats?.find(({ name }) => name === 'folder');
  if (!format) throw new Error('no format');
  return format.open(ref, {
    dir: cwd,
    task: undefined,
    log: silent,
    signal: new AbortController().signal,
    problem() {},
  });
}

const waves = (seed: number) => {
  const raw = { width: 48, height: 32, channels: 3 as const };
  const pixel = (i: number) =>
    128 + 100 * Math.sin(((i / 3) % 48) / (3 + (seed % 7)) + seed) * Math.cos(i / 144 / (2 + (seed % 5)));
  return sharp(Buffer.from(Array.from({ length: 48 * 32 * 3 }, (_, i) => pixel(i))), { raw })
    .png()
    .toBuffer();
};

it('sv data generate writes pictures, a manifest and counts, and goes on when it is run again', async () => {
  const cwd = await tempFolder();
  await write(cwd, { 'grid.yaml': GRID, 'photos/roadwork/a.png': await waves(1), 'photos/none/b.png': await waves(2) });
  vi.stubEnv('SV_GENERATOR_AUTH', 'ann:s3cret');
  const server = await strictServer(async (asked) => {
    expect([asked.path, asked.headers.authorization]).toEqual([
      '/sdapi/v1/img2img',
      `Basic ${Buffer.from('ann:s3cret').toString('base64')}`,
    ]);
    const body = asked.body(
      z.looseObject({
        seed: z.int(),
        steps: z.literal(12),
        cfg_scale: z.literal(6.5),
        width: z.literal(512),
        denoising_strength: z.literal(0.5),
      }),
    );
    return { json: { images: [(await waves(body.seed)).toString('base64')], parameters: {}, info: '{}' } };
  });
  const options = {
    ...{
      with: 'automatic1111',
      url: server.url,
      prompts: 'grid.yaml',
      count: '4',
      out: 'made',
      json: 'made.json',
      seed: '3',
    },
    ...{
      size: '512x512',
      steps: '12',
      guidance: '6.5',
      init: 'photos',
      strength: '0.5',
      price: '0.01',
      budget: '0.02',
      duplicates: '0',
    },
  };
  try {
    expect(await run(cwd, options)).toMatchInlineSnapshot(`
      "2 pictures (1 none, 1 roadwork) in made/data.jsonl
      2 requests, 2 of them now, cost 0.02
      ended before 4 pictures by --budget; raise it and run again to go on
      The labels are those of the prompts: look at the pictures before you train on them."
    `);
    expect(await run(cwd, { ...options, budget: '1' })).toMatchInlineSnapshot(`
      "4 pictures (2 none, 2 roadwork) in made/data.jsonl
      4 requests, 2 of them now, cost 0.04
      The labels are those of the prompts: look at the pictures before you train on them."
    `);
  } finally {
    server.close();
  }
  expect(server.wrong).toEqual([]);
  expect(JSON.parse(await readFile(join(cwd, 'made.json'), 'utf8'))).toMatchObject({
    pictures: 4,
    requestsNow: 2,
    stopped: null,
  });
  const kept = await Promise.all(
    ['data.jsonl', 'generate.jsonl'].map((name) => readFile(join(cwd, 'made', name), 'utf8')),
  );
  expect(kept.join()).toContain('"roadwork/a.png"');
  expect(kept.join()).not.toContain('s3cret');
});

it.each([
  [{ with: 'automatic1111' }, 'SV_CLI_USAGE'],
  [{ with: 'automatic111', count: '1', out: 'x' }, 'SV_CLI_USAGE'],
  [{ with: 'cosmos-transfer', count: '1', out: 'x' }, 'SV_CLI_USAGE'],
  [{ with: 'automatic1111', count: 'many', out: 'x' }, 'SV_CLI_USAGE'],
  [{ with: 'automatic1111', count: '1', out: 'x', size: '12' }, 'SV_CLI_USAGE'],
  [{ with: 'automatic1111', count: '1', out: 'x', url: 'ftp://x' }, 'SV_GENERATOR'],
  [{ with: 'comfyui', count: '1', out: 'x', workflow: 'none.json' }, 'SV_DATA_FORMAT'],
  [{ with: 'automatic1111', count: '1', out: 'x', prompts: 'none.yaml' }, 'SV_DATA_NOT_FOUND'],
])('refuses %j', async (options, code) => {
  const cwd = await tempFolder();
  const given = 'prompts' in options ? options : { prompts: 'grid.yaml', ...options };
  await write(cwd, { 'grid.yaml': GRID });
  await expect(run(cwd, given as Record<string, string>)).rejects.toMatchObject({ code });
});

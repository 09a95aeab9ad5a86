import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandCall, openDataset, silent } from '@streetvision/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { data } from '../../src/plugin.js';
import { picture, task, tempFolder, write } from '../pictures.js';

let dir: string;
beforeEach(async () => {
  dir = await tempFolder();
  const rows = ['file,label,clip'];
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 12; i++) {
    files[`p/${i}.png`] = await picture(i);
    rows.push(`p/${i}.png,${i % 2},c${Math.floor(i / 2)}`);
  }
  await write(dir, { ...files, 'labels.csv': [...rows, 'p/gone.png,1,c0'].join('\n') });
});

/** Runs a command of the plugin as the command line does: with its defaults, from a folder without a config. */
async function run(name: string, args: CommandCall['args'], given: Readonly<Record<string, unknown>> = {}) {
  const plugin = data();
  const command = plugin.commands?.find((one) => one.name === name);
  if (!command) throw new Error(`no command ${name}`);
  const options: Record<string, unknown> = {};
  for (const { flags, default: value } of command.options ?? []) {
    const long = String(/--([\w-]+)/.exec(flags)?.[1]).replace(/^no-/, '');
    const key = long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (flags.includes('--no-')) options[key] = true;
    else if (value !== undefined) options[key] = value;
  }
  let printed = '';
  const warned: string[] = [];
  const log = { ...silent, warn: (message: string) => void warned.push(message) };
  const signal = new AbortController().signal;
  const call = {
    args,
    options: { ...options, ...given },
    cwd: dir,
    signal,
    log,
    print: (text: string) => {
      printed += text;
    },
    progress: () => ({ total: () => undefined, step: () => undefined, stop: () => undefined }),
    project: async () => ({
      task,
      dataset: (ref: string, { group, problem }: { group?: string; problem: () => void }) =>
        openDataset(ref, plugin.formats ?? [], {
          dir,
          task,
          log,
          signal,
          problem,
          ...(group === undefined ? {} : { group }),
        }),
    }),
  } as unknown as CommandCall;
  const code = await command.run(call);
  return { code, printed, warned };
}

describe('sv data', () => {
  it('split writes a manifest that check finds in order, and mix and export read', async () => {
    const split = await run('data split', ['labels.csv'], {
      group: 'clip',
      nearDuplicates: false,
      json: 'split.json',
      out: 's/data.jsonl',
    });
    expect(split).toEqual({
      code: undefined,
      printed: expect.stringMatching(
        /^s\/data\.jsonl: 12 samples in 6 groups\n {2}train {8}8 pictures in 4 groups: 4 \w+, 4 \w+\n {2}calibration {2}2 pictures in 1 groups: .*\n {2}test .*\n! train and calibration and test: fewer than 10 groups\..*\n1 samples were left out; the warnings say why\.\n$/,
      ),
      warned: ['labels.csv line 14: There is no file `p/gone.png`.'],
    });
    expect(JSON.parse(await readFile(join(dir, 'split.json'), 'utf8'))).toMatchObject({
      joined: 0,
      leftOut: 1,
      split: { seed: 0, group: 'clip' },
    });
    expect(await run('data check', ['s'])).toMatchObject({
      code: 0,
      printed: 's: 12 samples, content same, counts same, 0 problems\n',
    });
    const mix = await run('data mix', [['s', 'labels.csv']], { limit: '4', balance: true, out: 'm.jsonl' });
    expect(mix.printed).toMatch(/^m\.jsonl: 4 samples\n/);
    expect((await run('data export', ['m.jsonl'], { format: 'coco', out: 'coco' })).printed).toBe(
      'coco: 4 samples as coco\n',
    );
    expect((await run('data report', ['coco'], { json: 'r.json' })).printed).toContain('labels: none 2, roadwork 2');
    expect(JSON.parse(await readFile(join(dir, 'r.json'), 'utf8'))).toMatchObject({
      counts: { samples: 4 },
      problems: [],
    });
  });

  it('takes one part alone where it is named', async () => {
    await run('data split', ['labels.csv'], { group: 'clip', nearDuplicates: false });
    const test = { split: 'test', format: 'folder', out: 'only' };
    expect((await run('data export', ['data.jsonl'], test)).printed).toBe('only: 2 samples as folder\n');
    const mixed = await run('data mix', [['data.jsonl']], { split: 'train', out: 'm.jsonl' });
    expect(mixed.printed).toMatch(/^m\.jsonl: 8 samples\n/);
    await expect(
      run('data export', ['data.jsonl'], { ...test, split: 'tset', out: 'none' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`data.jsonl\` has no part \`tset\`. Did you mean \`test\`? Its parts are calibration, test, train.]`,
    );
    await expect(run('data mix', [['labels.csv']], { split: 'train', out: 'n.jsonl' })).rejects.toMatchObject({
      code: 'SV_DATA_SPLIT',
    });
  });

  it('check fails where a picture has changed', async () => {
    await run('data split', ['labels.csv'], { nearDuplicates: false });
    await write(dir, { 'p/3.png': await picture(77) });
    const { code, printed } = await run('data check', ['data.jsonl']);
    expect(code).toBe(1);
    expect(printed).toContain('  p/3.png: SV_DATA_FORMAT The picture `p/3.png` has changed');
  });

  it('names options that are wrong', async () => {
    await expect(run('data split', ['labels.csv'], { parts: 'train' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --parts received \`train\` and expects a name and a share: \`train=0.6\`.]`,
    );
    await expect(run('data split', ['labels.csv'], { seed: 'x' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --seed received \`x\` and expects a whole number of at least 0.]`,
    );
    await expect(run('data split', ['labels.csv'], { group: 'scene' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: There is no column \`scene\` to group by. Columns are file, label, clip. Name one of them with --group, or leave --group out.]`,
    );
    await expect(
      run('data export', ['labels.csv'], { format: 'voc', out: 'x' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --format received \`voc\` and expects folder, coco, yolo, jsonl, fiftyone, parquet.]`,
    );
    await expect(run('data export', ['labels.csv'], { format: 'coco' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: --out is missing. For instance \`--out coco\`.]`,
    );
  });
});

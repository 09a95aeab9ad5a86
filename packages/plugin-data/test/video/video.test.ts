import { spawnSync } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { videoFormat } from '../../src/video/format.js';
import { all, context, tempFolder, write } from '../pictures.js';

const absent = spawnSync('ffmpeg', ['-version']).status !== 0;
const format = videoFormat();
afterEach(() => vi.unstubAllEnvs());

/** Grey that grows by the frame: the picture tells when it was. */
function clip(path: string, { seconds = 4, rate = 10, size = '64x48', args = [] as string[] } = {}) {
  const source = `color=black:s=${size}:r=${rate}:d=${seconds},geq=lum='mod(N*5,250)':cb=128:cr=128`;
  const made = spawnSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    source,
    '-pix_fmt',
    'yuv420p',
    ...args,
    path,
  ]);
  expect(made.stderr.toString()).toBe('');
}

const grey = async (bytes: Uint8Array) => Math.round((await sharp(bytes).stats()).channels[0]?.mean ?? -1);

describe.skipIf(absent)('video, with ffmpeg', () => {
  it('gives the first frame of each second, and the same bytes again when asked later', async () => {
    const folder = await tempFolder();
    for (const name of ['a.mp4', 'b.mkv', 'c.avi', 'd.ts']) {
      clip(join(folder, name));
      const ctx = context(folder);
      const samples = await all(await format.open(`${name}?fps=2`, ctx));
      expect(samples.map(({ meta }) => Number((meta.time as number).toFixed(1)))).toEqual([
        0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5,
      ]);
      const first = await Promise.all(samples.map((sample) => sample.read()));
      const greys = await Promise.all(first.map(grey));
      for (const [i, value] of greys.entries()) expect(Math.abs(value - i * 25 * 1.16)).toBeLessThan(22);
      const forgetful = await all(await videoFormat({ memory: 1 }).open(`${name}?fps=2`, ctx));
      for (const i of [5, 0, 3]) expect(await forgetful[i]?.read()).toEqual(first[i]);
      expect(new Set(samples.map(({ group }) => group))).toEqual(new Set([name]));
      expect(ctx.problems).toEqual([]);
    }
  }, 60_000);

  it('reads a folder by class, passes over what is broken, and honours limits', async () => {
    const folder = await tempFolder();
    for (const sub of ['set/train/roadwork', 'set/test/none']) await mkdir(join(folder, sub), { recursive: true });
    clip(join(folder, 'set/train/roadwork/a.mp4'));
    clip(join(folder, 'set/test/none/b.mp4'));
    await write(folder, { 'set/test/none/broken.mp4': 'no video', 'set/notes.txt': 'x' });
    const ctx = context(folder);
    expect(
      await Promise.all(['set', 'set/train/roadwork/a.mp4', 'set/notes.txt'].map((ref) => format.detect?.(ref, ctx))),
    ).toEqual([true, true, false]);
    const samples = await all(await format.open('set?from=1&to=3', ctx));
    expect(samples.map(({ id, label, split }) => `${id} ${label} ${split}`)).toEqual([
      'test/none/b.mp4#1.000 none test',
      'test/none/b.mp4#2.000 none test',
      'train/roadwork/a.mp4#1.000 roadwork train',
      'train/roadwork/a.mp4#2.000 roadwork train',
    ]);
    expect(ctx.problems).toMatchObject([{ where: 'test/none/broken.mp4', code: 'SV_DATA_TOOL' }]);
    expect(ctx.problems[0]?.message).toMatch(/Invalid data found/);
    const few = context(folder);
    expect(await all(await format.open('set/train?max=2&label=none', few))).toMatchObject([
      { label: 'none' },
      { label: 'none' },
    ]);
    expect(few.problems).toMatchObject([{ message: 'It was cut after 2 frames. Raise the limit with `?max=`.' }]);
    const exact = context(folder);
    expect((await all(await format.open('set/train?max=4', exact))).length).toBe(4);
    expect(exact.problems).toEqual([]);
    const bySource = await all(await format.open('set?max=1&label=none', context(folder, { group: 'source' })));
    expect(new Set(bySource.map(({ group }) => group))).toEqual(new Set(['set']));
    await expect(async () => format.open('set', context(folder, { group: 'camera' }))).rejects.toThrow(
      'There is no column `camera` to group by. Columns are group, clip,',
    );
    for (const ref of ['set?fps=0', 'set?fps=x', 'set?frames=3', 'set?from=3&to=2']) {
      await expect(async () => format.open(ref, ctx)).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
    }
  });

  it('takes hostile names for names, and reads no other file', async () => {
    const folder = await tempFolder();
    clip(join(folder, 'plain.mp4'), { seconds: 1 });
    const names = [
      '-y.mp4',
      'a;touch owned.mp4',
      'http:::x.mp4',
      '%03d.mp4',
      "q'uote?.mp4",
      'concat:plain.mp4|plain.mp4',
    ];
    for (const name of names) {
      clip(join(folder, 'next.mp4'), { seconds: 1 });
      await rename(join(folder, 'next.mp4'), join(folder, name));
      expect((await all(await format.open(name, context(folder)))).map(({ id }) => id)).toEqual([`${name}#0.000`]);
    }
    // A playlist under the name of a video names another file.
    await writeFile(join(folder, 'list.mp4'), "ffconcat version 1.0\nfile 'plain.mp4'\n");
    await writeFile(
      join(folder, 'hls.mp4'),
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${join(folder, 'plain.mp4')}\n#EXT-X-ENDLIST\n`,
    );
    for (const name of ['list.mp4', 'hls.mp4']) {
      const ctx = context(folder);
      expect(await all(await format.open(name, ctx))).toEqual([]);
      expect(ctx.problems).toMatchObject([{ where: name, code: 'SV_DATA_TOOL' }]);
    }
  });

  it('holds few frames however long the clip is, and ends ffmpeg when nobody reads on', async () => {
    const folder = await tempFolder();
    clip(join(folder, 'long.mp4'), { seconds: 40, rate: 10, size: '640x480' });
    const dataset = await videoFormat({ memory: 1e6 }).open('long.mp4?fps=10', context(folder));
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held: number[] = [];
    let count = 0;
    for await (const sample of dataset.samples()) {
      expect((await sample.read()).length).toBeGreaterThan(1000);
      if (++count % 100 === 0) {
        // Freed buffers are swept by another thread.
        for (let i = 0; i < 3; i++) {
          collect();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        held.push(process.memoryUsage().arrayBuffers);
      }
    }
    expect(count).toBe(400);
    expect(Math.max(...held) - (held[0] as number)).toBeLessThan(4e6);
    for await (const sample of dataset.samples()) {
      expect(sample.id).toBe('long.mp4#0.000');
      break;
    }
  });

  it('stops with the signal', async () => {
    const folder = await tempFolder();
    clip(join(folder, 'a.mp4'), { seconds: 4 });
    const stop = new AbortController();
    const dataset = await format.open('a.mp4?fps=10', context(folder, { signal: stop.signal }));
    const reading = (async () => {
      for await (const _ of dataset.samples()) stop.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });
});

it('says what to install where ffmpeg is absent', async () => {
  const folder = await tempFolder();
  await write(folder, { 'a.mp4': 'x' });
  vi.stubEnv('PATH', '');
  await expect(async () => format.open('a.mp4', context(folder))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[SvError: \`ffmpeg\` is not installed, or not in PATH. Install ffmpeg: \`apt-get install ffmpeg\`, \`brew install ffmpeg\` or \`winget install ffmpeg\`.]`,
  );
});

describe.skipIf(absent || !process.env.SV_SHARED)('real clips', () => {
  it('gives frames of dashcam videos', async () => {
    const samples = await all(await format.open(join(process.env.SV_SHARED as string, 'video?fps=0.5'), context('/')));
    expect(new Set(samples.map(({ group }) => group)).size).toBe(4);
    for (const sample of samples.slice(0, 3))
      expect((await sharp(await sample.read()).metadata()).width).toBeGreaterThan(300);
  });
});

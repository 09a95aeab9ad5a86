import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime } from '@streetvision/core';
import { dinov3, readHeadMetadata } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBackboneFolder } from '../backbone/folder.js';
import { seededRandom } from '../data/random.js';
import { readSamples } from '../data/samples.js';
import { trainHeadFile } from '../head/train-file.js';

describe('trainHeadFile', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const random = seededRandom(11);

  /** Asphalt with a few blobs, orange or blue. */
  async function picture(colour: string): Promise<Buffer> {
    const blobs = Array.from({ length: 5 }, () => {
      const [x, y, size] = [random() * 600, 120 + random() * 220, 8 + random() * 20];
      return `<rect x="${x}" y="${y}" width="${size}" height="${size * 1.6}" fill="${colour}"/>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360" fill="#6a6c70"/>${blobs.join('')}</svg>`;
    return sharp(Buffer.from(svg)).png().toBuffer();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'train-'));
    await writeBackboneFolder(at('model'));
    await mkdir(at('images'));
    const lines = ['file,label,group,source,dense'];
    for (let i = 0; i < 24; i++) {
      const label = i % 2;
      await writeFile(at(`images/${i}.png`), await picture(label ? '#f2701c' : '#3465c8'));
      lines.push(`${i}.png,${label},clip ${i % 3},drawn,0`);
    }
    await writeFile(at('images/labels.csv'), `${lines.join('\n')}\n`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes a head that runs in a cascade, the same bytes with and without the cache', async () => {
    const options = { backbone: at('model'), feature: 'pooler', images: at('images'), cache: at('cache') } as const;
    const card = await trainHeadFile({ ...options, out: at('a.onnx') });
    await trainHeadFile({ ...options, out: at('b.onnx') });
    expect((await readFile(at('a.onnx'))).equals(await readFile(at('b.onnx')))).toBe(true);
    expect(JSON.parse(await readFile(at('a.json'), 'utf8'))).toEqual(card);
    expect(card.heldOut.auroc.value).toBe(1);
    expect(await readHeadMetadata(at('a.onnx'))).toMatchObject({ feature: 'pooler', positive: 'roadwork' });

    const plugin = dinov3({ backbone: at('model'), head: at('a.onnx') });
    const sv = await createRuntime({ task: roadwork(), plugins: [plugin], cascade: [{ run: 'dinov3' }] });
    const labels = [await sv.run(await picture('#3465c8')), await sv.run(await picture('#f2701c'))].map((r) => r.label);
    await sv.close();
    expect(labels).toEqual(['no_roadwork', 'roadwork']);
  });

  it('reads labels as numbers and as class names, and refuses others', async () => {
    await mkdir(at('labels'));
    const read = async (...labels: string[]) => {
      const lines = labels.map((label, i) => `${i}.png,${label}`);
      await writeFile(at('labels/labels.csv'), ['file,label', ...lines].join('\n'));
      return (await readSamples(at('labels'))).map(({ positive }) => positive);
    };
    expect(await read('0', '1', 'no_roadwork', 'roadwork')).toEqual([false, true, false, true]);
    await expect(read('0', 'cone')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: labels.csv line 3: label is cone, expected 0, 1, no_roadwork, roadwork]`,
    );
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '@streetvision/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sceneBoxes } from '../../src/scenes/boxes.js';
import { composeScene } from '../../src/scenes/compose/scene.js';
import { scenes } from '../../src/scenes/format.js';
import { renderScene } from '../../src/scenes/render.js';
import { sceneSample } from '../../src/scenes/sample.js';
import { drawScene, type Scene } from '../../src/scenes/scene.js';
import { scenesSource } from '../../src/scenes/source.js';
import { writeScenes } from '../../src/scenes/write.js';
import { context, task, tempFolder } from '../pictures.js';

const pixelsOf = async (bytes: Uint8Array) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });

/** How much pixels differ inside and outside of boxes, grown by a margin. */
async function differenceBy(one: Uint8Array, other: Uint8Array, boxes: readonly Box[], margin: number) {
  const [a, b] = await Promise.all([pixelsOf(one), pixelsOf(other)]);
  const { width } = a.info;
  const sums = { inside: 0, outside: 0 };
  for (let i = 0; i < a.data.length; i += 3) {
    const [x, y] = [(i / 3) % width, Math.floor(i / 3 / width)];
    const change = Math.abs((a.data[i] as number) - (b.data[i] as number));
    if (change < 40) continue;
    const hit = boxes.some(
      (box) =>
        x >= box.x - margin &&
        x <= box.x + box.width + margin &&
        y >= box.y - margin &&
        y <= box.y + box.height + margin,
    );
    sums[hit ? 'inside' : 'outside'] += change;
  }
  return sums;
}

describe('a composed scene', () => {
  it('is the same for the same seed, byte for byte, and another for another', async () => {
    const draw = async (seed: number) => {
      const { scene, camera } = composeScene({ seed, positive: true, width: 320 });
      return renderScene(scene, { camera, width: 320 });
    };
    const [one, same, other] = await Promise.all([draw(4), draw(4), draw(5)]);
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
  });

  it('has the size that was asked for', async () => {
    for (const [width, height] of [
      [640, 360],
      [320, 240],
      [301, 533],
      [64, 64],
    ] as const) {
      const bytes = await sceneSample(1, { width, height }).draw();
      expect(await sharp(bytes).metadata()).toMatchObject({ width, height, format: 'jpeg' });
    }
  });

  it('shows works where it is positive and nowhere else, with boxes inside the picture', () => {
    const labels = new Set<string>();
    const works = ['cone', 'barrel', 'barrier', 'sign', 'worker', 'machine', 'dirt'];
    for (let index = 0; index < 300; index++) {
      const { positive, boxes } = sceneSample(index, { seed: 3 });
      const shown = boxes.filter(({ label }) => works.includes(label));
      if (positive) expect(shown.length, `scene ${index}`).toBeGreaterThan(0);
      else expect(shown).toEqual([]);
      for (const { x, y, width, height, label } of boxes) {
        labels.add(label);
        expect(
          x >= 0 && y >= 0 && x + width <= 640 + 1e-6 && y + height <= 360 + 1e-6 && width >= 3 && height >= 3,
        ).toBe(true);
      }
    }
    expect([...labels].sort()).toEqual([...works, 'bus', 'car', 'person', 'truck'].sort());
  });

  it('draws what its boxes say there', async () => {
    for (const kind of [
      'cone',
      'drum',
      'barrier',
      'sign',
      'worker',
      'digger',
      'roller',
      'plastic-barrier',
      'arrow-board',
    ] as const) {
      const { scene, camera } = composeScene({
        seed: 11,
        positive: false,
        weather: 'clear',
        time: 'day',
        place: 'country',
      });
      const bare: Scene = { ...scene, cars: [], people: [], roadside: [] };
      const full: Scene = { ...bare, works: [{ kind, x: 1, z: 9 }] };
      const boxes = sceneBoxes(full, camera, 640);
      expect(boxes).toHaveLength(1);
      const render = (one: Scene) => renderScene(one, { camera });
      const { inside, outside } = await differenceBy(await render(full), await render(bare), boxes, 6);
      expect(inside, kind).toBeGreaterThan(2000);
      // What it throws on the road may stick out.
      expect(outside / inside, kind).toBeLessThan(0.02);
    }
  });

  it('leaves out boxes of what is hidden', () => {
    const { scene, camera } = composeScene({ seed: 1, positive: false, place: 'country' });
    const cars = [
      { kind: 'truck', x: 1, z: 8, colour: '#445566' },
      { kind: 'car', x: 1, z: 30, colour: '#445566' },
    ] as const;
    const labels = (one: Partial<Scene>) =>
      sceneBoxes({ ...scene, people: [], works: [], ...one }, { ...camera, bend: 0, across: 1 }, 640).map(
        ({ label }) => label,
      );
    expect(labels({ cars })).toEqual(['truck']);
    expect(labels({ cars: cars.slice(1) })).toEqual(['car']);
  });

  it('darkens at night, pales in fog and snow', async () => {
    const mean = async (weather: 'clear' | 'fog' | 'snow', time: 'day' | 'dusk' | 'night') => {
      const { scene, camera } = composeScene({ seed: 21, positive: true, width: 320, weather, time });
      const { channels } = await sharp(await renderScene(scene, { camera, width: 320 })).stats();
      return channels.reduce((sum, { mean: value }) => sum + value / 3, 0);
    };
    const [day, dusk, night, snow] = await Promise.all([
      mean('clear', 'day'),
      mean('clear', 'dusk'),
      mean('clear', 'night'),
      mean('snow', 'day'),
    ]);
    expect(day).toBeGreaterThan(dusk);
    expect(dusk).toBeGreaterThan(night);
    expect(night).toBeLessThan(70);
    expect(snow).toBeGreaterThan(day);
  });

  it('holds no text, whose fonts differ between machines, and no number that is none', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { scene, camera } = composeScene({ seed, positive: seed % 2 === 0 });
      expect(drawScene(scene, camera)).not.toMatch(/<text|NaN|undefined|Infinity/);
    }
  });
});

describe('scenes as a dataset', () => {
  it('are half positive, a group each, and carry boxes', async () => {
    const dataset = await scenes.open('20?seed=7&width=128', context('/', { task }));
    const samples = [];
    for await (const sample of dataset.samples()) samples.push(sample);
    expect([dataset.count, samples.length]).toEqual([20, 20]);
    expect(samples.filter(({ label }) => label === 'roadwork')).toHaveLength(10);
    expect(samples.filter(({ label }) => label === 'none')).toHaveLength(10);
    expect(new Set(samples.map(({ group }) => group)).size).toBe(20);
    const first = samples[1];
    expect(await sharp(await first?.read()).metadata()).toMatchObject({ width: 128, height: 72 });
    expect(samples.some(({ boxes = [] }) => boxes.length > 0)).toBe(true);
  });

  it('do not change with how many there are', async () => {
    const [few, many] = await Promise.all(['2?width=96', '9?width=96'].map((ref) => scenes.open(ref, context('/'))));
    for await (const one of few?.samples() ?? []) {
      for await (const other of many?.samples() ?? []) {
        if (other.id === one.id) expect(await other.read()).toEqual(await one.read());
      }
    }
  });

  it('name mistakes', () => {
    const open = (ref: string) => () => scenes.open(ref, context('/'));
    expect(open('many')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: \`scenes:many\` says how many by \`many\`, expected a whole number. Write scenes:200.]`,
    );
    expect(open('20?widht=640')).toThrow(/Did you mean `width`/);
    expect(open('20?width=10')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Scenes: \`width\` is 10, expected a whole number from 32 to 4096.]`,
    );
    expect(open('20?weather=hail')).toThrowErrorMatchingInlineSnapshot(
      `[SvError: Scenes: \`weather\` is "hail", expected clear, rain, fog, snow.]`,
    );
  });
});

it('scenes come as frames', async () => {
  const frames = [];
  const ctx = { signal: new AbortController().signal, log: context('/').log };
  for await (const frame of scenesSource({ count: 3, width: 96 }).frames(ctx)) frames.push(frame);
  expect(frames.map(({ id, meta }) => [id, meta.label])).toEqual([
    ['scene-0-000000', 'no_roadwork'],
    ['scene-0-000001', 'roadwork'],
    ['scene-0-000002', 'no_roadwork'],
  ]);
});

describe('writeScenes', () => {
  it('writes pictures and boxes, and goes on', async () => {
    const out = await tempFolder();
    await writeScenes({ out, count: 4, width: 96, seed: 2 });
    const made = await writeScenes({ out, count: 6, width: 96, seed: 2 });
    expect(made).toMatchObject({
      kept: 4,
      skipped: 0,
      counts: { samples: 6, labels: { no_roadwork: 3, roadwork: 3 }, groups: 6 },
    });
    const lines = (await readFile(join(out, 'manifest.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line));
    const last = lines.find(({ id }) => id === 'roadwork/scene-2-000005.jpg');
    const scene = sceneSample(5, { width: 96, seed: 2 });
    expect(last).toMatchObject({ source: 'scenes', group: '2-000005', meta: { weather: scene.meta.weather } });
    expect(last.boxes).toEqual(JSON.parse(JSON.stringify(scene.boxes)));
    expect(new Uint8Array(await readFile(join(out, last.file)))).toEqual(await scene.draw());
    await expect(writeScenes({ out, count: 4, width: 128, seed: 2 })).rejects.toMatchObject({ code: 'SV_RUN_INVALID' });
  });
});

it('leaves lookalikes out where it is told to, and changes nothing else', async () => {
  const ORANGE = /#e8641f|#f2701a|#d9581a|#ee7f2d|#d99a14|#c9782c|#b5622a|#d18f36/;
  const scenesOf = (lookalikes?: number) =>
    Array.from({ length: 40 }, (_, i) =>
      composeScene({ seed: i, positive: false, ...(lookalikes === undefined ? {} : { lookalikes }) }),
    );
  const drawn = (all: ReturnType<typeof scenesOf>) => all.map(({ scene }) => JSON.stringify(scene));
  expect(drawn(scenesOf()).filter((svg) => ORANGE.test(svg)).length).toBeGreaterThan(20);
  expect(drawn(scenesOf(1))).toEqual(drawn(scenesOf()));
  expect(drawn(scenesOf(0)).filter((svg) => ORANGE.test(svg))).toEqual([]);
  const half = drawn(scenesOf(0.5));
  const touched = half.filter((svg, i) => svg !== drawn(scenesOf())[i]).length;
  expect(touched).toBeGreaterThan(5);
  expect(() => sceneSample(0, { lookalikes: 2 })).toThrow('`lookalikes` is 2, expected a number from 0 to 1');
});

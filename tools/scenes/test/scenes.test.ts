import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderScene } from '../../../packages/plugin-data/src/scenes/render.js';
import { drawScene, type Scene } from '../../../packages/plugin-data/src/scenes/scene.js';
import { SCENES } from '../catalogue.js';

const pictures = fileURLToPath(new URL('../../../examples/quickstart/pictures/', import.meta.url));
const [first] = SCENES as [Scene];

/** Mean absolute difference per channel, of 255. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const [one, other] = await Promise.all([sharp(a).raw().toBuffer(), sharp(b).raw().toBuffer()]);
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] as number)), 0) / one.length;
}

describe('the drawn scenes', () => {
  it('are those of the quick start, and no others lie there', async () => {
    expect((await readdir(pictures)).sort()).toEqual(SCENES.map(({ name }) => `${name}.jpg`).sort());
  });

  it('are drawn as committed, and small', async () => {
    for (const scene of SCENES) {
      const committed = await readFile(`${pictures}${scene.name}.jpg`);
      // Another release of sharp may round otherwise; a changed drawing differs by more.
      expect(await difference(await renderScene(scene), committed), scene.name).toBeLessThan(1);
      expect(committed.length, scene.name).toBeLessThanOrEqual(30 * 1024);
    }
  });

  it('come out byte for byte the same, and otherwise with another seed', async () => {
    const again = await renderScene(first);
    expect(again.equals(await renderScene(first))).toBe(true);
    expect(again.equals(await renderScene({ ...first, seed: first.seed + 1000 }))).toBe(false);
  });

  it('change visibly with what stands in them', async () => {
    const empty = await renderScene({ ...first, works: [] });
    expect(await difference(await renderScene(first), empty)).toBeGreaterThan(1);
  });

  it('hold no text, whose fonts differ between machines', () => {
    for (const scene of SCENES) expect(drawScene(scene)).not.toMatch(/<text|NaN|undefined|Infinity/);
  });
});

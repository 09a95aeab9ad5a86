import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBackbone, DESIGN, dimensionNames } from '../backbone/graph.js';

type Colour = readonly [number, number, number];
const GREY: Colour = [0.4, 0.4, 0.42];
const ORANGE: Colour = [0.95, 0.42, 0.1];
const RED: Colour = [0.75, 0.12, 0.13];
const LEAVES: Colour = [0.25, 0.5, 0.08];

/** A ground of one colour with a square of another, top left corner at x, y. */
function picture(ground: Colour, square: Colour, { size = 3, x = 150, y = 120 } = {}): Float32Array {
  const { width, height } = DESIGN;
  const data = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < width * height; i++) {
      const [dx, dy] = [(i % width) - x, Math.floor(i / width) - y];
      const inside = dx >= 0 && dx < size && dy >= 0 && dy < size;
      data[c * width * height + i] = (inside ? square : ground)[c] as number;
    }
  }
  return data;
}

describe('the starter backbone', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(buildBackbone(), { intraOpNumThreads: 1 });
  });

  async function embed(...pictures: Float32Array[]): Promise<Record<string, number>[]> {
    const one = 3 * DESIGN.width * DESIGN.height;
    const data = new Float32Array(pictures.length * one);
    pictures.forEach((p, i) => {
      data.set(p, i * one);
    });
    const dims = [pictures.length, 3, DESIGN.height, DESIGN.width];
    const { pooler_output } = await session.run({ pixel_values: new Tensor('float32', data, dims) });
    const names = dimensionNames();
    expect(pooler_output?.dims).toEqual([pictures.length, names.length]);
    return pictures.map((_, i) =>
      Object.fromEntries(names.map((name, j) => [name, Number(pooler_output?.data[i * names.length + j])])),
    );
  }

  it('sees a small orange square on asphalt as a blob, by every range', async () => {
    const [seen = {}] = await embed(picture(GREY, ORANGE));
    // All of the square and none of its surroundings, less what the surroundings hold of the square: 9 of 81.
    for (const n of [1, 2, 3]) expect(seen[`orange${n}: largest blob`]).toBeCloseTo(8 / 9, 5);
    expect(seen['orange1 in grey: largest blob']).toBeGreaterThan(0.7);
    const kept = DESIGN.width * DESIGN.height * (1 - DESIGN.skip);
    expect(seen['orange3: log share']).toBeCloseTo(Math.log(9 / kept + 1e-4), 3);
  });

  it('sees no blob in a red car, in an orange wall, or in the sky', async () => {
    const [car = {}, wall = {}, sky = {}] = await embed(
      picture(GREY, RED, { size: 24 }),
      picture(ORANGE, ORANGE),
      picture(GREY, ORANGE, { y: 10 }),
    );
    expect(car['orange3: largest blob']).toBe(0);
    expect(car['orange2: largest blob']).toBeLessThan(0.1);
    expect(wall['orange1 in grey: largest blob']).toBe(0);
    expect(wall['orange3: log share']).toBeCloseTo(0, 2);
    for (const n of [1, 2, 3]) expect(sky[`orange${n}: largest blob`]).toBe(0);
  });

  it('holds orange among leaves for less than orange on asphalt', async () => {
    const [road = {}, tree = {}] = await embed(picture(GREY, ORANGE), picture(LEAVES, ORANGE));
    expect(tree['orange2: largest blob']).toBeCloseTo(road['orange2: largest blob'] as number, 5);
    expect(tree['orange2 in grey: largest blob']).toBeLessThan(0.3);
  });

  it('gives a picture the same embedding alone and in a batch', async () => {
    const pictures = [picture(GREY, ORANGE, { size: 5 }), picture(LEAVES, RED, { size: 40 })];
    expect(await embed(...pictures)).toEqual((await Promise.all(pictures.map((p) => embed(p)))).flat());
  });
});

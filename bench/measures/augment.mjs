import { createRandom } from '@streetvision/core';
import {
  augmentPixels,
  EFFECTS,
  preparePipeline,
  SN72_PROFILES,
  sceneSample,
  sn72Challenge,
} from '@streetvision/plugin-data';
import sharp from 'sharp';
import { median, times } from '../rounds.mjs';

const WIDTH = 1280;
const HEIGHT = 720;
const LEAST_MS = times(700);

/**
 * Pictures a second by the clock (the best tenth of single runs, so that other programs count less), and milliseconds of
 * processor time for one, all threads together.
 */
async function measure(work) {
  for (let i = 0; i < 3; i++) await work(i);
  const spent = [];
  const cpu = process.cpuUsage();
  const end = performance.now() + LEAST_MS;
  for (let i = 3; performance.now() < end || spent.length < 10; i++) {
    const began = performance.now();
    await work(i);
    spent.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(cpu);
  spent.sort((a, b) => a - b);
  const best = spent[Math.floor(spent.length / 10)];
  return {
    perSecond: Number((1000 / best).toFixed(1)),
    cpuMs: Number(((user + system) / 1000 / spent.length).toFixed(2)),
  };
}

/** What augmentation and drawn scenes cost. `augmentPerSecond` is the median effect, at 1280 × 720. */
export async function augment() {
  const scene = await sceneSample(3, { width: WIDTH }).draw();
  const { data, info } = await sharp(scene).raw().toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, data: new Uint8Array(data) };
  const random = createRandom(0);

  const effects = {};
  for (const { name } of EFFECTS) {
    const ready = preparePipeline([name === 'flip' ? ['flip', { horizontal: 1 }] : name]);
    effects[name] = await measure((i) => augmentPixels(picture, ready, random.fork(i)));
  }
  const sn72 = {};
  for (const profile of SN72_PROFILES)
    sn72[profile] = await measure((i) => sn72Challenge(scene, profile, random.fork(i)));
  const scenes = {};
  for (const width of [640, WIDTH]) scenes[width] = await measure((i) => sceneSample(i, { width }).draw());

  const rates = Object.values(effects).map(({ perSecond }) => perSecond);
  return { augmentPerSecond: median(rates), augmentSize: [WIDTH, HEIGHT], effects, sn72, scenes };
}

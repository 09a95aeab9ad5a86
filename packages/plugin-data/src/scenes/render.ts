import { createRandom } from '@streetvision/core';
import sharp from 'sharp';
import { augmentPixels } from '../augment/index.js';
import { type Camera, DASHCAM } from './camera.js';
import { mulberry } from './mulberry.js';
import { drawScene, type Scene } from './scene.js';

/** Standard deviation of the sensor's noise, of 255. */
const NOISE = 3;

export interface RenderOptions {
  /** @default the camera of the quick start */
  readonly camera?: Camera;
  /** Pixels; the height follows from the camera. @default 640 */
  readonly width?: number;
  /** Of the JPEG, 1–100. @default 80 */
  readonly quality?: number;
}

/** The scene as JPEG: softened as a lens does, with a sensor's noise. The same scene gives the same bytes. */
export async function renderScene(
  scene: Scene,
  { camera = DASHCAM, width = camera.width, quality = 80 }: RenderOptions = {},
): Promise<Buffer> {
  const drawn = sharp(Buffer.from(drawScene(scene, camera, width)), { limitInputPixels: false }).removeAlpha();
  const { data, info } = await drawn
    .blur(0.6 * Math.max(0.5, width / 640))
    .raw()
    .toBuffer({ resolveWithObject: true });
  let pixels: Uint8Array = data;
  if (scene.falls) {
    const { kind, amount } = scene.falls;
    const weather = [[kind, { amount }]] as const;
    pixels = (await augmentPixels({ ...info, data }, weather, createRandom(scene.seed).fork('falls'))).data;
  }
  addSensorNoise(pixels, mulberry(scene.seed + 1));
  return sharp(pixels, { raw: { width: info.width, height: info.height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

function addSensorNoise(pixels: Uint8Array, random: () => number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    // The sum of three uniform numbers is close to normal, with a standard deviation of a half.
    const noise = 2 * NOISE * (random() + random() + random() - 1.5);
    for (let channel = i; channel < i + 3; channel++) {
      pixels[channel] = Math.max(0, Math.min(255, (pixels[channel] as number) + noise));
    }
  }
}

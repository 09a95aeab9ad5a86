import sharp from 'sharp';
import { seededRandom } from '../starter/data/random.js';
import { DASHCAM } from './camera.js';
import { drawScene, type Scene } from './scene.js';

/** Standard deviation of the sensor's noise, of 255. */
const NOISE = 3;

/** The scene as JPEG: softened as a lens does, with a sensor's noise. The same scene gives the same bytes. */
export async function renderScene(scene: Scene): Promise<Buffer> {
  const { width, height } = DASHCAM;
  const drawn = sharp(Buffer.from(drawScene(scene))).removeAlpha();
  const pixels = await drawn.blur(0.6).raw().toBuffer();
  const random = seededRandom(scene.seed + 1);
  for (let i = 0; i < pixels.length; i += 3) {
    // The sum of three uniform numbers is close to normal, with a standard deviation of a half.
    const noise = 2 * NOISE * (random() + random() + random() - 1.5);
    for (let channel = i; channel < i + 3; channel++) {
      pixels[channel] = Math.max(0, Math.min(255, (pixels[channel] as number) + noise));
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

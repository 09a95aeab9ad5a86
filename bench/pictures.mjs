import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Real dashcam photos where `SV_SHARED` has them, else streets drawn as 1280×720 JPEGs. */
export async function pictures(count = 24) {
  const shared = process.env.SV_SHARED;
  return shared
    ? photos(join(shared, 'images', 'clips'), count)
    : Promise.all(Array.from({ length: count }, (_, i) => draw(i)));
}

function photos(folder, count) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  const step = Math.max(1, Math.floor(files.length / count));
  return Array.from({ length: Math.min(count, files.length) }, (_, i) => readFileSync(join(folder, files[i * step])));
}

/** Sky, road, cones and noise: as hard to decode as a photo. */
async function draw(seed) {
  const cones = Array.from({ length: 6 }, (_, i) => {
    const x = (seed * 97 + i * 190) % 1280;
    return `<path d="M${x} 600 l30 -90 l30 90z" fill="#f60"/><path d="M${x + 20} 550h20" stroke="#fff" stroke-width="12"/>`;
  });
  const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><rect width="1280" height="360" fill="#9bd"/>
    <rect y="360" width="1280" height="360" fill="#556"/>${cones.join('')}</svg>`;
  const noise = {
    create: { width: 1280, height: 720, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 20 } },
  };
  return sharp(noise)
    .composite([{ input: Buffer.from(scene), blend: 'overlay' }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

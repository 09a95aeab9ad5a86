// biome-ignore-all lint/style/noNonNullAssertion: indices into typed arrays, checked by the loops' bounds
import { type Affine, invert, mapBoxes } from './affine.js';
import type { Picture } from './picture.js';

/** Moves a picture within its frame, bilinear; what comes in from outside is black. Boxes move along. */
export function warp({ width, height, data, boxes }: Picture, transform: Affine): Picture {
  const out = new Uint8Array(data.length);
  const [a, b, c, d, e, f] = invert(transform);
  const stride = width * 3;
  for (let y = 0, o = 0; y < height; y++) {
    // Half a pixel: the transform speaks of corners, the arrays of centres.
    let sx = a * 0.5 + b * (y + 0.5) + c - 0.5;
    let sy = d * 0.5 + e * (y + 0.5) + f - 0.5;
    for (let x = 0; x < width; x++, o += 3, sx += a, sy += d) {
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      if (x0 < 0 || y0 < 0 || x0 >= width - 1 || y0 >= height - 1) {
        if (sx < -0.5 || sy < -0.5 || sx >= width - 0.5 || sy >= height - 0.5) continue;
        const s =
          Math.max(0, Math.min(height - 1, Math.round(sy))) * stride +
          Math.max(0, Math.min(width - 1, Math.round(sx))) * 3;
        out[o] = data[s]!;
        out[o + 1] = data[s + 1]!;
        out[o + 2] = data[s + 2]!;
        continue;
      }
      const s = y0 * stride + x0 * 3;
      const t = s + stride;
      // 8 bits of fraction.
      const u = ((sx - x0) * 256) | 0;
      const v = ((sy - y0) * 256) | 0;
      const w11 = u * v;
      const w01 = (u << 8) - w11;
      const w10 = (v << 8) - w11;
      const w00 = 65536 - w01 - w10 - w11;
      out[o] = (data[s]! * w00 + data[s + 3]! * w01 + data[t]! * w10 + data[t + 3]! * w11 + 32768) >>> 16;
      out[o + 1] = (data[s + 1]! * w00 + data[s + 4]! * w01 + data[t + 1]! * w10 + data[t + 4]! * w11 + 32768) >>> 16;
      out[o + 2] = (data[s + 2]! * w00 + data[s + 5]! * w01 + data[t + 2]! * w10 + data[t + 5]! * w11 + 32768) >>> 16;
    }
  }
  return { width, height, data: out, boxes: mapBoxes(boxes, transform, width, height) };
}

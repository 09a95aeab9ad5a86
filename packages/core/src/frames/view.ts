import { SvError } from '../errors/sv-error.js';
import type { Pixels, View } from '../types/frame.js';
import type { Area } from './fit.js';

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** Throws `SV_TENSOR_SPEC` for a view of nothing, or of what is not in the picture. */
export function checkView(view: View): View {
  const { x, y, width, height } = view.region ?? WHOLE;
  const inside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;
  const { brightness = 1 } = view;
  if (inside && brightness > 0 && Number.isFinite(brightness)) return view;
  throw new SvError('SV_TENSOR_SPEC', `Impossible view: ${JSON.stringify(view)}.`, {
    fix: 'A region is in shares of the picture, inside it, such as { x: 0.1, y: 0.1, width: 0.8, height: 0.8 }; brightness is above 0.',
  });
}

/**
 * What a view shows of a picture of this size, in whole pixels, at least one: what maps boxes of the view back.
 * @example viewArea({ region: { x: 0.1, y: 0.1, width: 0.8, height: 0.8 } }, 640, 480) // { x: 64, y: 48, width: 512, height: 384 }
 */
export function viewArea({ region = WHOLE }: View, width: number, height: number): Area {
  const x = Math.min(width - 1, Math.round(region.x * width));
  const y = Math.min(height - 1, Math.round(region.y * height));
  return {
    x,
    y,
    width: Math.max(1, Math.min(width, Math.round((region.x + region.width) * width)) - x),
    height: Math.max(1, Math.min(height, Math.round((region.y + region.height) * height)) - y),
  };
}

/** Equal views have equal keys, whatever was left to its default. */
export function viewKey({ region = WHOLE, mirror = false, brightness = 1 }: View): string {
  const { x, y, width, height } = region;
  return JSON.stringify([x, y, width, height, mirror, brightness]);
}

/** Cuts, mirrors and lights. */
export function viewPixels(from: Pixels, view: View): Pixels {
  const { mirror = false, brightness = 1 } = view;
  const area = viewArea(view, from.width, from.height);
  const { width, height } = area;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((area.y + y) * from.width + area.x) * 3;
    const row = from.data.subarray(start, start + width * 3);
    const at = y * width * 3;
    if (!mirror) data.set(row, at);
    else {
      for (let x = 0; x < width; x++) {
        const source = (width - 1 - x) * 3;
        data[at + x * 3] = row[source] as number;
        data[at + x * 3 + 1] = row[source + 1] as number;
        data[at + x * 3 + 2] = row[source + 2] as number;
      }
    }
  }
  if (brightness !== 1) {
    const lit = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value * brightness)));
    for (let i = 0; i < data.length; i++) data[i] = lit[data[i] as number] as number;
  }
  return { width, height, data };
}

export const noBytes = () =>
  new SvError('SV_INPUT_INVALID', 'A view of a picture has no encoded bytes.', {
    fix: 'Take `pixels()` or `tensor()`. A stage that sends the encoded picture on cannot be shown views.',
  });

import { type Box, SvError } from '@streetvision/core';
import sharp from 'sharp';
import type { Size } from './yolo-lines.js';

/** What the header of a picture says: pixels as stored, and how it is turned to stand upright (EXIF, 1–8). */
interface Stored extends Size {
  readonly orientation: number;
}

/**
 * Boxes in pixels of the upright picture. COCO says how large the picture was that was labelled: it may have been
 * scaled since, or labelled as it is stored, before EXIF turns it. Only the header of the picture is read, and only where
 * there are boxes. A picture that cannot be read is left to those who read it. Throws `SV_DATA_FORMAT` where the sizes
 * do not go together.
 */
export async function uprightBoxes(boxes: readonly Box[], said: Size, file: string): Promise<readonly Box[]> {
  const stored = await headerOf(file);
  if (!stored) return boxes;
  const sideways = stored.orientation >= 5;
  const upright = sideways ? { width: stored.height, height: stored.width } : stored;
  if (isSame(said, upright)) return boxes;
  if (sideways && isSame(said, stored)) return boxes.map((box) => turned(box, stored));
  if (isAlike(said, upright)) return boxes.map((box) => scaled(box, upright.width / said.width));
  if (sideways && isAlike(said, stored)) {
    return boxes.map((box) => turned(scaled(box, stored.width / said.width), stored));
  }
  throw new SvError(
    'SV_DATA_FORMAT',
    `The picture has ${upright.width} × ${upright.height} pixels, and the file says ${said.width} × ${said.height}: its boxes lie elsewhere.`,
    { fix: 'Take the pictures that were labelled, not cut ones.' },
  );
}

async function headerOf(file: string): Promise<Stored | undefined> {
  try {
    const { width, height, orientation = 1 } = await sharp(file).metadata();
    return { width, height, orientation };
  } catch {
    // Missing and damaged pictures are named when they are looked for and read.
    return undefined;
  }
}

const isSame = (a: Size, b: Size) => a.width === b.width && a.height === b.height;

/** The same ratio of width to height, but for a pixel of rounding in the smaller one. */
const isAlike = (a: Size, b: Size) =>
  Math.abs(a.width * b.height - b.width * a.height) <= Math.max(a.width, a.height, b.width, b.height);

const scaled = (box: Box, factor: number): Box => ({
  ...box,
  x: box.x * factor,
  y: box.y * factor,
  width: box.width * factor,
  height: box.height * factor,
});

/** From the picture as stored to the upright one, for EXIF orientations 5 to 8, which change width and height over. */
function turned({ x, y, width, height, ...rest }: Box, stored: Stored): Box {
  const right = stored.width - x - width;
  const below = stored.height - y - height;
  // 5: mirrored at the diagonal; 6: a quarter clockwise; 7: mirrored at the other diagonal; 8: a quarter back.
  const left = stored.orientation === 5 || stored.orientation === 8 ? y : below;
  const top = stored.orientation === 5 || stored.orientation === 6 ? x : right;
  return { ...rest, x: left, y: top, width: height, height: width };
}

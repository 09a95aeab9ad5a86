import type { Box } from '@streetvision/core';
import { inHundredths } from '../augment/affine.js';
import { type Camera, place } from './camera.js';
import { CAR_SIZE } from './draw/cars.js';
import { WORK_LABEL, WORK_SIZE } from './draw/roadwork.js';
import type { Scene } from './scene.js';

interface Standing {
  readonly label: string;
  readonly x: number;
  readonly z: number;
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** A box of which less is seen is left out: the rest is outside the picture or behind something. */
const LEAST_SEEN = 0.3;

/** Smaller ones are not drawn as anything, pixels. */
const LEAST_SIDE = 3;

/** Points across and down that are looked at to find how much of a box is hidden. */
const LOOKS = 10;

/**
 * Boxes of everything that stands on the road, far ones first, cut at the edges. Left out is what is less than 3 pixels
 * wide or high, and what less than a third is seen of.
 * @param width of the picture, pixels
 */
export function sceneBoxes(scene: Scene, camera: Camera, width: number): Box[] {
  const scale = width / camera.width;
  const [right, bottom] = [width, Math.round(camera.height * scale)];
  const boxes = standingIn(scene)
    .sort((a, b) => b.z - a.z)
    .map(({ label, x, z, left, right: to, height }) => {
      const [centre, foot] = place(camera, [x, 0, z]).map((value) => value * scale) as [number, number];
      const metre = (camera.focal / z) * scale;
      // The lens softens edges by about a pixel.
      return {
        label,
        x: centre + left * metre - 1,
        y: foot - height * metre - 1,
        width: (to - left) * metre + 2,
        height: height * metre + 2,
      };
    });
  return boxes.flatMap((box, i) => {
    const x = Math.max(0, box.x);
    const y = Math.max(0, box.y);
    const w = Math.min(right, box.x + box.width) - x;
    const h = Math.min(bottom, box.y + box.height) - y;
    if (w < LEAST_SIDE || h < LEAST_SIDE) return [];
    const inside = (w * h) / (box.width * box.height);
    if (inside * seen({ x, y, width: w, height: h }, boxes.slice(i + 1)) < LEAST_SEEN) return [];
    return [{ label: box.label, score: 1, ...inHundredths({ x, y, width: w, height: h }, right, bottom) }];
  });
}

function standingIn({ works = [], cars = [], people = [] }: Scene): Standing[] {
  return [
    ...works.map(({ kind, x, z }) => {
      const [left, right, height] = WORK_SIZE[kind];
      return { label: WORK_LABEL[kind], x, z, left, right, height };
    }),
    ...cars.map(({ kind, x, z }) => {
      const [half, height] = CAR_SIZE[kind];
      return { label: kind, x, z, left: -half, right: half, height };
    }),
    ...people.map(({ x, z }) => ({ label: 'person', x, z, left: -0.35, right: 0.35, height: 1.74 })),
  ];
}

type Area = Pick<Box, 'x' | 'y' | 'width' | 'height'>;

/** The share of a box that no nearer one covers. */
function seen(box: Area, nearer: readonly Area[]): number {
  const near = nearer.filter((other) => overlaps(box, other));
  if (near.length === 0) return 1;
  let free = 0;
  for (let i = 0; i < LOOKS * LOOKS; i++) {
    const x = box.x + (((i % LOOKS) + 0.5) / LOOKS) * box.width;
    const y = box.y + ((Math.floor(i / LOOKS) + 0.5) / LOOKS) * box.height;
    if (!near.some((other) => overlaps({ x, y, width: 0, height: 0 }, other))) free++;
  }
  return free / (LOOKS * LOOKS);
}

const overlaps = (a: Area, b: Area) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

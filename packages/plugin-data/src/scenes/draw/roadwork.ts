import { type Camera, standing } from '../camera.js';
import { fill, rect, shadow, shape } from './paint.js';

/** Things that only stand where a road is worked on. */
export const WORKS = [
  'cone',
  'drum',
  'barrier',
  'sign',
  'worker',
  'digger',
  'roller',
  'plastic-barrier',
  'arrow-board',
  'dirt',
] as const;

export interface Work {
  readonly kind: (typeof WORKS)[number];
  readonly x: number;
  readonly z: number;
}

const ORANGE = fill('#f2601a');
const DARK_ORANGE = fill('#c84c12');
const WHITE = fill('#eeeee8');
const BLACK = fill('#16181b');
const YELLOW = fill('#e3a912');

const lamp = (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="0.1" fill="rgb(255,196,40)"/>`;

const DRAWINGS: Record<Work['kind'], string> = {
  // 0.75 m, two reflecting bands.
  cone: [
    shadow(0.55),
    rect(-0.21, -0.05, 0.42, 0.05, BLACK),
    shape('-0.16,-0.05 -0.03,-0.75 0.03,-0.75 0.16,-0.05', ORANGE),
    shape('0.03,-0.05 0.01,-0.75 0.03,-0.75 0.16,-0.05', DARK_ORANGE),
    shape('-0.115,-0.29 -0.09,-0.43 0.09,-0.43 0.115,-0.29', WHITE),
    shape('-0.075,-0.51 -0.06,-0.6 0.06,-0.6 0.075,-0.51', WHITE),
  ].join(''),
  // 1 m, four bands.
  drum: [
    shadow(0.8),
    rect(-0.32, -0.08, 0.64, 0.08, BLACK, 0.03),
    rect(-0.27, -1, 0.54, 0.94, ORANGE, 0.06),
    rect(0.13, -1, 0.14, 0.94, DARK_ORANGE, 0.06),
    ...[-0.86, -0.5].map((y) => rect(-0.27, y, 0.54, 0.16, WHITE)),
  ].join(''),
  // 2.4 m, three striped boards on two posts.
  barrier: [
    shadow(2.6),
    ...[-0.95, 0.85].map((x) => rect(x, -1.5, 0.1, 1.5, fill('#5a5d61'))),
    ...[-1.5, -1, -0.5].flatMap((y) => [
      rect(-1.2, y, 2.4, 0.26, WHITE),
      ...[-1.1, -0.5, 0.1, 0.7].map((x) =>
        shape(`${x},${y + 0.26} ${x + 0.2},${y} ${x + 0.5},${y} ${x + 0.3},${y + 0.26}`, ORANGE),
      ),
    ]),
  ].join(''),
  // A diamond of 1.2 m with a digging figure.
  sign: [
    shadow(0.7),
    rect(-0.04, -1.6, 0.08, 1.6, fill('#6a6d70')),
    shape('0,-2.7 0.8,-1.9 0,-1.1 -0.8,-1.9', BLACK),
    shape('0,-2.64 0.74,-1.9 0,-1.16 -0.74,-1.9', ORANGE),
    `<circle cx="-0.06" cy="-2.2" r="0.09" ${BLACK}/>`,
    shape('-0.16,-2.1 0.06,-2.08 0.16,-1.85 0.04,-1.5 -0.06,-1.5 -0.02,-1.8 -0.2,-1.55 -0.3,-1.55', BLACK),
    shape('0.05,-1.95 0.4,-1.55 0.34,-1.5 0,-1.9', BLACK),
  ].join(''),
  // 1.8 m, in a vest.
  worker: [
    shadow(0.7),
    rect(-0.18, -0.85, 0.16, 0.85, fill('#2c3442')),
    rect(0.02, -0.85, 0.16, 0.85, fill('#2c3442')),
    rect(-0.25, -1.45, 0.5, 0.65, ORANGE, 0.08),
    rect(-0.25, -1.15, 0.5, 0.08, fill('#e8efb0')),
    `<circle cx="0" cy="-1.6" r="0.13" fill="#b98a6d"/>`,
    shape('-0.17,-1.62 -0.12,-1.78 0.12,-1.78 0.17,-1.62', YELLOW),
  ].join(''),
  digger: [
    shadow(3.4, 0.2),
    rect(-1.5, -0.7, 3, 0.65, fill('#26282b'), 0.3),
    rect(-1.2, -1.9, 2.2, 1.2, YELLOW, 0.15),
    rect(-0.2, -2.8, 1.2, 1.2, YELLOW, 0.1),
    rect(-0.05, -2.65, 0.85, 0.8, fill('#2a353e'), 0.05),
    '<path d="M-0.9 -1.7 L-2.2 -3.4 L-3.2 -1.6" fill="none" stroke="#cf960d" stroke-width="0.32" stroke-linejoin="round"/>',
    shape('-3.5,-1.7 -2.9,-1.7 -2.8,-1.1 -3.4,-0.9', fill('#3a3d40')),
  ].join(''),
  // Two drums and a roof.
  roller: [
    shadow(3.4, 0.2),
    `<circle cx="-1.05" cy="-0.62" r="0.6" fill="#3a3d40"/><circle cx="-1.05" cy="-0.62" r="0.4" fill="#54585c"/>`,
    `<circle cx="1.05" cy="-0.62" r="0.6" fill="#3a3d40"/><circle cx="1.05" cy="-0.62" r="0.4" fill="#54585c"/>`,
    rect(-1.3, -1.65, 2.6, 0.75, YELLOW, 0.12),
    rect(-0.55, -2.6, 0.08, 1, fill('#33363a')),
    rect(0.55, -2.6, 0.08, 1, fill('#33363a')),
    rect(-0.75, -2.7, 1.6, 0.14, YELLOW, 0.04),
  ].join(''),
  // Filled with water, 2 m, orange and white in turn.
  'plastic-barrier': [
    shadow(2.2),
    shape('-1,0 -0.96,-0.8 -0.86,-0.95 -0.04,-0.95 0,-0.8 0,0', ORANGE),
    shape('0,0 0,-0.8 0.04,-0.95 0.86,-0.95 0.96,-0.8 1,0', WHITE),
    rect(-0.8, -0.2, 0.5, 0.16, DARK_ORANGE),
    rect(0.3, -0.2, 0.5, 0.16, fill('#c6c6c0')),
  ].join(''),
  // A trailer with an arrow of lamps.
  'arrow-board': [
    shadow(2.2),
    rect(-0.9, -0.35, 0.3, 0.35, fill('#15171a'), 0.1),
    rect(0.6, -0.35, 0.3, 0.35, fill('#15171a'), 0.1),
    rect(-1, -0.6, 2, 0.25, ORANGE),
    rect(-0.06, -1.6, 0.12, 1, fill('#5a5d61')),
    rect(-1.2, -2.9, 2.4, 1.4, BLACK, 0.05),
    ...[-0.7, -0.3, 0.1, 0.5].map((x) => lamp(x, -2.2)),
    ...[0.25, 0.5].flatMap((step) => [lamp(-0.7 + step, -2.2 - step), lamp(-0.7 + step, -2.2 + step)]),
  ].join(''),
  // What was dug out.
  dirt: [
    shadow(2.8, 0.2),
    shape('-1.4,0 -0.9,-0.55 -0.35,-0.85 0.1,-0.78 0.6,-0.95 1,-0.45 1.4,0', fill('#6d5540')),
    shape('-0.9,-0.55 -0.35,-0.85 0.1,-0.78 -0.2,-0.4 -0.6,-0.3', fill('#7d6550')),
  ].join(''),
};

/** Metres: from the left to the right edge, and the height; what it throws on the road is not of it. */
export const WORK_SIZE: Readonly<Record<Work['kind'], readonly [left: number, right: number, height: number]>> = {
  cone: [-0.21, 0.21, 0.75],
  drum: [-0.32, 0.32, 1],
  barrier: [-1.2, 1.3, 1.5],
  sign: [-0.8, 0.8, 2.7],
  worker: [-0.26, 0.26, 1.78],
  digger: [-3.5, 1.5, 3.5],
  roller: [-1.65, 1.65, 2.7],
  'plastic-barrier': [-1, 1, 0.95],
  'arrow-board': [-1.2, 1.2, 2.9],
  dirt: [-1.4, 1.4, 0.95],
};

/** The label of its box. */
export const WORK_LABEL: Readonly<Record<Work['kind'], string>> = {
  cone: 'cone',
  drum: 'barrel',
  barrier: 'barrier',
  sign: 'sign',
  worker: 'worker',
  digger: 'machine',
  roller: 'machine',
  'plastic-barrier': 'barrier',
  'arrow-board': 'sign',
  dirt: 'dirt',
};

export const drawWork = (camera: Camera, { kind, x, z }: Work): string => standing(camera, x, z, DRAWINGS[kind]);

import type { Effect } from '../effect.js';
import { brightness, contrast, hue, saturation } from './colour.js';
import { flip, resizedCrop, rotate, shiftScale } from './geometry.js';
import { shadow, sunFlare } from './light.js';
import { noise } from './noise.js';
import { gaussianBlur, jpeg, motionBlur, pixelate } from './sharpness.js';
import { fog, rain, snow } from './weather.js';

/** Every effect, in the order of the guide. */
export const EFFECTS: readonly Effect[] = [
  resizedCrop,
  flip,
  rotate,
  shiftScale,
  brightness,
  contrast,
  saturation,
  hue,
  rain,
  snow,
  fog,
  sunFlare,
  shadow,
  gaussianBlur,
  motionBlur,
  jpeg,
  noise,
  pixelate,
];

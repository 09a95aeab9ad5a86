import type { Placement } from '../types/frame.js';
import type { ResolvedSpec } from './spec.js';

/** A part of a picture, in whole pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a picture of one size becomes a tensor of another. */
export interface Plan {
  /** Size of the whole picture after the resize. */
  readonly width: number;
  readonly height: number;
  /** What of the resized picture is used. */
  readonly window: Area;
  /** Where the window's top left corner lies in the tensor. */
  readonly left: number;
  readonly top: number;
  readonly placement: Placement;
}

/** Rounds as the libraries do that trained the models: this is where a tensor shifts by a pixel otherwise. */
export function planFit(spec: ResolvedSpec, width: number, height: number): Plan {
  if (spec.fit === 'stretch') return plan(width, height, spec.width, spec.height);
  return spec.fit === 'crop' ? planCrop(spec, width, height) : planLetterbox(spec, width, height);
}

// torchvision and transformers: the long edge and the offset of the crop lose their fractions.
function planCrop(spec: ResolvedSpec, width: number, height: number): Plan {
  const edge = spec.shortestEdge;
  const long = Math.trunc((edge * Math.max(width, height)) / Math.min(width, height));
  const [w, h] = width <= height ? [edge, long] : [long, edge];
  return plan(width, height, w, h, {
    x: Math.floor((w - spec.width) / 2),
    y: Math.floor((h - spec.height) / 2),
    width: spec.width,
    height: spec.height,
  });
}

// ultralytics: the scaled sides are rounded half to even, and of an odd margin the larger part goes right and below.
function planLetterbox(spec: ResolvedSpec, width: number, height: number): Plan {
  const ratio = Math.min(spec.width / width, spec.height / height);
  const w = Math.min(spec.width, Math.max(1, roundHalfEven(width * ratio)));
  const h = Math.min(spec.height, Math.max(1, roundHalfEven(height * ratio)));
  const left = Math.floor((spec.width - w) / 2);
  const top = Math.floor((spec.height - h) / 2);
  return plan(width, height, w, h, undefined, left, top);
}

function plan(
  fromWidth: number,
  fromHeight: number,
  width: number,
  height: number,
  window: Area = { x: 0, y: 0, width, height },
  left = 0,
  top = 0,
): Plan {
  const placement = {
    scaleX: width / fromWidth,
    scaleY: height / fromHeight,
    offsetX: left - window.x,
    offsetY: top - window.y,
  };
  return { width, height, window, left, top, placement };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

import { createGraph, type GraphBuilder, tensor } from '@streetvision/onnx';
import { type ColourRange, FADE, ORANGES } from './colours.js';

/** What the backbone is built from. */
export interface BackboneDesign {
  /** Size of the input, pixels. */
  readonly width: number;
  readonly height: number;
  /** Share of the picture cut off at its top: sky and roofs. */
  readonly skip: number;
  readonly oranges: readonly ColourRange[];
  /** How many of `oranges`, from the first, are also looked for in grey surroundings. */
  readonly calm: number;
}

export const DESIGN: BackboneDesign = { width: 320, height: 180, skip: 0.25, oranges: ORANGES, calm: 2 };

/** Name of each dimension of the embedding, in order. */
export function dimensionNames({ oranges, calm }: BackboneDesign = DESIGN): string[] {
  const channels = oranges.map((_, i) => `orange${i + 1}`);
  const maps = [...channels, ...channels.slice(0, calm).map((name) => `${name} in grey`)];
  return ['largest blob', 'log share'].flatMap((what) => maps.map((map) => `${map}: ${what}`));
}

/** The whole backbone: `pixel_values` [batch, 3, height, width], 0–1 RGB → `pooler_output` [batch, dimension]. */
export function buildBackbone(design: BackboneDesign = DESIGN): Uint8Array {
  const g = createGraph({ name: 'starter' });
  const pixels = g.input('pixel_values', 'float32', ['batch', 3, design.height, design.width]);
  const rgb = g.node('Slice', [
    pixels,
    ints(g, 'top', [Math.round(design.height * design.skip)]),
    ints(g, 'bottom', [design.height]),
    ints(g, 'height_axis', [2]),
  ]);
  const masks = orangeMasks(g, rgb, design.oranges);
  const maps = g.node('Concat', [masks, inGreySurroundings(g, rgb, masks, design.calm)], { axis: 1 });
  const features = [largestBlob(g, maps), logShare(g, maps)];
  const flat = g.node('Flatten', [g.node('Concat', features, { axis: 1 })], { axis: 1 });
  g.output('pooler_output', 'float32', ['batch', dimensionNames(design).length], flat);
  return g.encode();
}

/** One soft mask per colour range: the least of its limits' margins, clipped to 0–1. */
function orangeMasks(g: GraphBuilder, rgb: string, ranges: readonly ColourRange[]): string {
  const red = convolve(g, rgb, 'red', [[1, 0, 0]], [0]);
  const opponents = convolve(g, rgb, 'red_blue', [[1, 0, -1]], [0]);
  const yellow = convolve(g, rgb, 'green_blue', [[0, 1, -1]], [0]);
  // The 0.05 keeps dark pixels, whose colour is noise, from counting as colourful.
  const dim = scalar(g, 'dim', 0.05);
  const chroma = g.node('Div', [opponents, g.node('Add', [red, dim])]);
  const hue = g.node('Div', [yellow, g.node('Add', [g.node('Abs', [opponents]), dim])]);
  const measures = g.node('Concat', [chroma, red, hue], { axis: 1 });
  const margin = (name: string, column: number, sign: 1 | -1, fade: number, limit: (range: ColourRange) => number) => {
    const weights = ranges.map(() => [0, 1, 2].map((i) => (i === column ? sign / fade : 0)));
    const bias = ranges.map((range) => 0.5 - (sign * limit(range)) / fade);
    return convolve(g, measures, name, weights, bias);
  };
  const least = g.node('Min', [
    margin('chroma', 0, 1, FADE.chroma, (range) => range.chroma),
    margin('value', 1, 1, FADE.value, (range) => range.value),
    margin('hue_low', 2, 1, FADE.hue, (range) => range.hue[0]),
    margin('hue_high', 2, -1, FADE.hue, (range) => range.hue[1]),
  ]);
  return g.node('Clip', [least, scalar(g, 'zero', 0), scalar(g, 'one', 1)]);
}

/** Masks with twice the colourfulness around them taken off: cones stand on asphalt, red leaves hang among leaves. */
function inGreySurroundings(g: GraphBuilder, rgb: string, masks: string, count: number): string {
  const axes = { axes: [1], keepdims: 1 };
  const colourfulness = g.node('Sub', [g.node('ReduceMax', [rgb], axes), g.node('ReduceMin', [rgb], axes)]);
  const around = g.node('Mul', [box(g, colourfulness, 17), scalar(g, 'two', 2)]);
  const first = g.node('Slice', [
    masks,
    ints(g, 'first', [0]),
    ints(g, 'calm_count', [count]),
    ints(g, 'channel_axis', [1]),
  ]);
  return g.node('Relu', [g.node('Sub', [first, around])]);
}

/** The strongest response of a square against its surroundings of three times that side: a cone some 30 m away. */
function largestBlob(g: GraphBuilder, maps: string): string {
  const contrast = g.node('Sub', [box(g, maps, 3), box(g, maps, 9)]);
  return g.node('Relu', [g.node('GlobalMaxPool', [contrast])]);
}

function logShare(g: GraphBuilder, maps: string): string {
  return g.node('Log', [g.node('Add', [g.node('GlobalAveragePool', [maps]), scalar(g, 'floor', 1e-4)])]);
}

/** Mean over that part of a square that lies in the picture, in two passes. */
function box(g: GraphBuilder, maps: string, size: number): string {
  const half = (size - 1) / 2;
  const rows = g.node('AveragePool', [maps], {
    kernel_shape: [size, 1],
    pads: [half, 0, half, 0],
  });
  return g.node('AveragePool', [rows], { kernel_shape: [1, size], pads: [0, half, 0, half] });
}

function convolve(g: GraphBuilder, maps: string, name: string, weights: readonly number[][], bias: readonly number[]) {
  const [rows, columns] = [weights.length, weights[0]?.length ?? 0];
  const w = g.constant(`${name}_weights`, tensor('float32', [rows, columns, 1, 1], weights.flat()));
  const b = g.constant(`${name}_bias`, tensor('float32', [rows], bias));
  return g.node('Conv', [maps, w, b]);
}

const scalar = (g: GraphBuilder, name: string, value: number) => g.constant(name, tensor('float32', [], [value]));
const ints = (g: GraphBuilder, name: string, values: number[]) =>
  g.constant(name, tensor('int64', [values.length], values));

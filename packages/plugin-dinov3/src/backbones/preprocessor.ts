import { type Resample, SvError, type TensorSpec } from '@streetvision/core';

type Fields = Readonly<Record<string, unknown>>;

// Codes of Pillow.
const RESAMPLE: Record<number, Resample> = { 0: 'nearest', 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };

/**
 * Reads a Hugging Face `preprocessor_config.json`. Throws `SV_MODEL_FOLDER` and names the key where it is missing, or
 * says something that a fixed-size tensor cannot.
 */
export function parsePreprocessor(config: Fields, file: string): TensorSpec {
  const type = String(config.image_processor_type ?? config.feature_extractor_type ?? '');
  if (config.max_num_patches !== undefined)
    throw bad(file, 'max_num_patches', 'is set (NaFlex): pictures of varying size are not supported');
  if (config.do_resize === false) throw bad(file, 'do_resize', 'is false: pictures of varying size are not supported');
  if (config.do_pad === true) throw bad(file, 'do_pad', 'is true, which is not supported');
  const spec = { ...geometry(config, type, file), resample: resample(config, file), ...range(config, file) };
  // DINOv3's processor rescales before it resizes, so nothing is rounded to 8 bit in between.
  return type.startsWith('DINOv3') ? { ...spec, rounding: 'float' } : spec;
}

function geometry(config: Fields, type: string, file: string): TensorSpec {
  const size = readSize(config.size, 'size', file);
  if (type.startsWith('ConvNext')) return convnext(config, size, file);
  if (size.kind === 'exact') {
    const crop = config.do_center_crop === true ? readSize(config.crop_size, 'crop_size', file) : size;
    if (crop.kind !== 'exact' || crop.width !== size.width || crop.height !== size.height)
      throw bad(file, 'crop_size', 'differs from an exact `size`, which is not supported');
    return { width: size.width, height: size.height, fit: 'stretch' };
  }
  if (config.do_center_crop !== true)
    throw bad(file, 'do_center_crop', 'is not true, so with `size.shortest_edge` pictures would vary in size');
  const crop = readSize(config.crop_size, 'crop_size', file);
  const [width, height] = crop.kind === 'exact' ? [crop.width, crop.height] : [crop.edge, crop.edge];
  if (Math.max(width, height) > size.edge) throw bad(file, 'crop_size', 'is larger than `size.shortest_edge`');
  return { width, height, fit: 'crop', shortestEdge: size.edge };
}

/** Below 384 the shortest edge is enlarged by `crop_pct` and the centre cut out; from 384 on it is stretched. */
function convnext(config: Fields, size: Size, file: string): TensorSpec {
  if (size.kind === 'exact' && size.width !== size.height) throw bad(file, 'size', 'is not a square');
  const edge = size.kind === 'exact' ? size.width : size.edge;
  if (edge >= 384) return { width: edge, height: edge, fit: 'stretch' };
  const share = config.crop_pct;
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) throw bad(file, 'crop_pct', expected(share, '0 to 1'));
  return { width: edge, height: edge, fit: 'crop', shortestEdge: Math.floor(edge / share) };
}

function resample(config: Fields, file: string): Resample {
  const kernel = typeof config.resample === 'number' ? RESAMPLE[config.resample] : undefined;
  if (!kernel) {
    throw bad(file, 'resample', expected(config.resample, '0 (nearest), 1 (lanczos), 2 (bilinear) or 3 (bicubic)'));
  }
  return kernel;
}

function range(config: Fields, file: string): Pick<TensorSpec, 'scale' | 'mean' | 'std'> {
  const scale = config.do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255);
  if (typeof scale !== 'number' || !Number.isFinite(scale) || scale <= 0)
    throw bad(file, 'rescale_factor', expected(scale, 'a number above 0'));
  if (config.do_normalize === false) return { scale };
  return { scale, mean: three(config, 'image_mean', file), std: three(config, 'image_std', file) };
}

function three(config: Fields, key: string, file: string): [number, number, number] {
  const value = config[key];
  if (!Array.isArray(value) || value.length !== 3 || !value.every(Number.isFinite))
    throw bad(file, key, expected(value, 'three numbers'));
  return value as [number, number, number];
}

type Size =
  | { readonly kind: 'exact'; readonly width: number; readonly height: number }
  | { readonly kind: 'shortest'; readonly edge: number };

/** `224`, `{ height, width }` or `{ shortest_edge }`. A bare number means a square, as in older files. */
function readSize(value: unknown, key: string, file: string): Size {
  const pixels = (number: unknown): number | undefined =>
    Number.isInteger(number) && (number as number) > 0 ? (number as number) : undefined;
  const square = pixels(value);
  if (square) return { kind: 'exact', width: square, height: square };
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  const [width, height, edge] = [pixels(fields.width), pixels(fields.height), pixels(fields.shortest_edge)];
  if (width && height) return { kind: 'exact', width, height };
  if (edge) return { kind: 'shortest', edge };
  throw bad(file, key, expected(value, 'a number, { height, width } or { shortest_edge }, in pixels'));
}

const expected = (value: unknown, what: string) =>
  value === undefined ? `is missing: expected ${what}` : `is ${JSON.stringify(value)}, expected ${what}`;

function bad(file: string, key: string, what: string): SvError {
  return new SvError('SV_MODEL_FOLDER', `${file}: \`${key}\` ${what}.`, {
    fix: 'Correct the file, or take the folder from which the model was exported.',
  });
}

/** How a picture is brought to the size that a model asks for. */
export type Fit =
  /** Both sides are scaled on their own; the aspect ratio is lost. */
  | 'stretch'
  /** The shortest edge is scaled to `shortestEdge`, then the centre is cut out. */
  | 'crop'
  /** Scaled to fit inside, the rest is filled with `pad`. */
  | 'letterbox';

export type Resample = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/** What a model wants its input to look like. Belongs to the model's manifest, never to the caller. */
export interface TensorSpec {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** @default 'stretch' */
  readonly fit?: Fit;
  /** Only for `fit: 'crop'`: the shortest edge before the crop, in pixels. @default the larger of width and height */
  readonly shortestEdge?: number;
  /** @default 'bilinear' */
  readonly resample?: Resample;
  /** `true` filters while shrinking, as Pillow and torchvision do; `false` samples, as OpenCV does. @default true */
  readonly antialias?: boolean;
  /** Rounds to 8 bit after the resize, as Pillow does; `'float'` keeps fractions, as torchvision on tensors does. @default 'uint8' */
  readonly rounding?: 'uint8' | 'float';
  /** Takes the exact resampler whatever the size of the picture. @default false */
  readonly exact?: boolean;
  /** Fill of a letterbox, 0–255. @default 114 */
  readonly pad?: number;
  /** Multiplied into the 0–255 values before `mean` and `std`. @default 1 / 255 */
  readonly scale?: number;
  /** Per channel of the tensor, subtracted after `scale`. @default [0, 0, 0] */
  readonly mean?: readonly [number, number, number];
  /** Per channel of the tensor, divided by after `mean`. @default [1, 1, 1] */
  readonly std?: readonly [number, number, number];
  /** @default 'chw' */
  readonly layout?: 'chw' | 'hwc';
  /** @default 'rgb' */
  readonly channels?: 'rgb' | 'bgr';
}

/** Where the pixels of a tensor came from: `x_frame = (x_tensor - offsetX) / scaleX`, likewise for y. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export interface FrameTensor {
  readonly data: Float32Array;
  /** `[3, height, width]` for `chw`, `[height, width, 3]` for `hwc`. */
  readonly dims: readonly [number, number, number];
  readonly placement: Placement;
}

export interface FrameInfo {
  /** Pixels, upright: after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif';
  /** Length of the encoded picture. */
  readonly bytes: number;
}

/** What a view shows of a picture. Parts are taken first, then mirrored, then lit. */
export interface View {
  /** A part, in shares of the upright picture: all in [0, 1]. @default all of it */
  readonly region?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Exchanges left and right. @default false */
  readonly mirror?: boolean;
  /** Multiplied into every value, which stays within 0–255; above 0. @default 1 */
  readonly brightness?: number;
}

/** Upright, interleaved 8-bit RGB: `width * height * 3` bytes. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface TimedFrame {
  /** Seconds from the start of the clip. */
  readonly at: number;
  readonly frame: Frame;
}

/** A video, as frames with timestamps. */
export interface Clip {
  readonly frames: readonly TimedFrame[];
  /** Seconds. */
  readonly duration: number;
  /** The encoded video, where a stage sends it on as it is. */
  readonly bytes?: Uint8Array;
}

/**
 * One picture on its way through the cascade. Lazy: it holds the encoded bytes and decodes when a stage asks.
 * Of a video, the frame is the picture that stands for it (its middle), and `clip` holds the rest.
 */
export interface Frame {
  /** What the caller called it: a path, a URL, a request id. */
  readonly id: string;
  readonly kind: 'image' | 'video';
  /** The encoded picture, as it came. */
  readonly bytes: Uint8Array;
  readonly clip?: Clip;
  /** Free for plugins: labels, capture time, request headers. Never interpreted by core. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** sha256 of `bytes`, hex. Computed once, when first asked. */
  hash(): string;
  /** Reads the header only. Throws `SV_IMAGE_*`. */
  info(): Promise<FrameInfo>;
  /** Decodes the whole picture. Throws `SV_IMAGE_*`. */
  pixels(): Promise<Pixels>;
  /**
   * Decodes, shrinks on load, resizes and normalises in one pipeline, once per distinct spec. Throws `SV_IMAGE_*`.
   * @param into filled and returned as `data`, so that a batch is assembled without a copy
   */
  tensor(spec: TensorSpec, into?: Float32Array): Promise<FrameTensor>;
  /**
   * Part of the picture, or the picture seen otherwise: made of the decoded pixels, without encoding again. It has a
   * `hash` of its own and no `bytes`: reading them throws `SV_INPUT_INVALID`. A view of a clip is one of its middle.
   */
  view(view: View): Frame;
  /** The same picture under another name or with more metadata; with new `bytes`, another picture. */
  with(changes: { id?: string; meta?: Readonly<Record<string, unknown>>; bytes?: Uint8Array }): Frame;
}

/** Bounds on what is accepted before anything is decoded. */
export interface ImageLimits {
  /** @default 32 MiB */
  readonly maxBytes?: number;
  /** width × height. @default 64 million */
  readonly maxPixels?: number;
}

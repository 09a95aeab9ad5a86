import { createHash } from 'node:crypto';
import type { FrameInfo, ImageLimits, Pixels, View } from '../types/frame.js';
import { decodePixels, type Header, readHeader } from './decode.js';
import { type Plan, planFit } from './fit.js';
import type { Resized } from './resample.js';
import { resize } from './resize.js';
import { pixelsKey, type ResolvedSpec } from './spec.js';
import { viewArea, viewKey, viewPixels } from './view.js';

/** Encoded bytes and what was made of them so far. Frames that show the same picture share one. */
export interface Picture {
  /** Absent of a view. */
  readonly bytes: Uint8Array | undefined;
  readonly limits: Required<ImageLimits>;
  hash(): string;
  info(): Promise<FrameInfo>;
  pixels(): Promise<Pixels>;
  /** The pixels that a spec's tensor is made of, and how it is made. */
  resized(spec: ResolvedSpec): Promise<Prepared>;
}

/** Resized pixels, and where the plan's window lies in them. */
export interface Prepared extends Resized {
  readonly plan: Plan;
  readonly x: number;
  readonly y: number;
}

/** Whole pictures up to this size are kept; larger ones only while somebody else holds them. */
const KEEP_BYTES = 2 ** 20;

/** Everything is done once, on demand, and shared by concurrent callers; a failure is remembered too. */
export function createPicture(bytes: Uint8Array, limits: Required<ImageLimits>): Picture {
  let hash: string | undefined;
  let header: Promise<Header> | undefined;
  const decoded = shareWhole(async () => decodePixels(bytes, await openHeader(), limits));

  const openHeader = (): Promise<Header> => {
    header ??= readHeader(bytes, limits);
    return header;
  };

  const prepare = async (spec: ResolvedSpec): Promise<Prepared> => {
    const opened = await openHeader();
    const plan = planFit(spec, opened.width, opened.height);
    return { plan, ...(await resize({ bytes, header: opened, limits, pixels: decoded }, plan, spec)) };
  };

  return {
    bytes,
    limits,
    hash() {
      hash ??= createHash('sha256').update(bytes).digest('hex');
      return hash;
    },
    async info() {
      const { width, height, format } = await openHeader();
      return { width, height, format, bytes: bytes.length };
    },
    pixels: decoded,
    resized: oncePerSpec(prepare),
  };
}

/** A picture that is seen through a view; the pixels come from the one it shows. */
export function createViewed(of: Picture, view: View): Picture {
  const header = async (): Promise<Header> => {
    const { width, height, format, bytes } = await of.info();
    const area = viewArea(view, width, height);
    return { width: area.width, height: area.height, format, bytes, alpha: false, cmyk: false };
  };
  const pixels = shareWhole(async () => viewPixels(await of.pixels(), view));
  const prepare = async (spec: ResolvedSpec): Promise<Prepared> => {
    const opened = await header();
    const plan = planFit(spec, opened.width, opened.height);
    return { plan, ...(await resize({ header: opened, limits: of.limits, pixels }, plan, spec)) };
  };
  return {
    bytes: undefined,
    limits: of.limits,
    hash: () =>
      createHash('sha256')
        .update(`${of.hash()} ${viewKey(view)}`)
        .digest('hex'),
    async info() {
      const { width, height, format, bytes } = await header();
      return { width, height, format, bytes };
    },
    pixels,
    resized: oncePerSpec(prepare),
  };
}

// A failed decode stays failed. A decoded picture of many megabytes is not worth holding for as long as its frame lives.
function shareWhole(decode: () => Promise<Pixels>): () => Promise<Pixels> {
  let pending: Promise<Pixels> | undefined;
  let weak: WeakRef<Pixels> | undefined;
  return () => {
    const alive = weak?.deref();
    if (alive) return Promise.resolve(alive);
    if (pending) return pending;
    const started = decode().then((pixels) => {
      if (pixels.data.length > KEEP_BYTES) {
        weak = new WeakRef(pixels);
        pending = undefined;
      }
      return pixels;
    });
    pending = started;
    return started;
  };
}

/** The same pixels for the same spec, prepared when they are first asked for. */
function oncePerSpec(prepare: (spec: ResolvedSpec) => Promise<Prepared>): Picture['resized'] {
  const prepared = new Map<string, Promise<Prepared>>();
  return (spec) => {
    const key = pixelsKey(spec);
    let found = prepared.get(key);
    if (!found) {
      found = prepare(spec);
      prepared.set(key, found);
    }
    return found;
  };
}

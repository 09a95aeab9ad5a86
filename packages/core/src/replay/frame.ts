import { SvError } from '../errors/sv-error.js';
import type { Frame } from '../types/index.js';
import type { ReplayFrame } from './types.js';

/** The picture is not there: a rule that looks at it is told so. */
const WITHOUT_PICTURE = {
  get bytes(): Uint8Array {
    throw noPicture();
  },
  hash(this: { readonly sha256?: string }): string {
    if (this.sha256 === undefined) throw noPicture();
    return this.sha256;
  },
  info: () => Promise.reject(noPicture()),
  pixels: () => Promise.reject(noPicture()),
  tensor: () => Promise.reject(noPicture()),
  view(): Frame {
    throw noPicture();
  },
  with(this: ReplayFrame, changes: { id?: string; meta?: Readonly<Record<string, unknown>> }): Frame {
    return recordedFrame({ ...this, ...changes });
  },
};

const noPicture = () =>
  new SvError('SV_RUN_INVALID', 'A rule asked for the picture, and a recording holds no pictures.', {
    fix: 'Let a stage look at the picture: what it says is recorded.',
  });

/** A frame for rules to look at: its name, kind and metadata. */
export function recordedFrame({ id, kind, meta, sha256 }: Omit<ReplayFrame, 'answers'>): Frame {
  const frame = Object.create(WITHOUT_PICTURE);
  frame.id = id;
  frame.kind = kind;
  frame.meta = meta;
  frame.sha256 = sha256;
  return frame;
}

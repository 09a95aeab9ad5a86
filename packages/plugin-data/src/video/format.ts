import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import {
  type DataContext,
  type DataFormat,
  didYouMean,
  isSvError,
  readLabel,
  type Sample,
  SvError,
} from '@streetvision/core';
import { createRecent } from '../cache/recent.js';
import { noGroup } from '../formats/dataset.js';
import { findKind } from '../formats/paths.js';
import { splitOfName } from '../formats/split-names.js';
import { holdsPictures } from '../formats/walk.js';
import { clipFrameAt, clipFrames, requireFfmpeg } from './ffmpeg.js';

const VIDEO = /\.(mp4|m4v|mov|mkv|webm|avi|ts|m2ts|mts|mpe?g|3gp|flv|wmv|ogv)$/i;
const KEYS = ['fps', 'from', 'to', 'max', 'label'];
const DEFAULT_MAX = 20_000;
/** What `--group` may name: what a frame says of itself. */
const GROUPS = ['group', 'clip', 'time', 'id', 'source', 'label', 'split'];

interface VideoOptions {
  readonly fps: number;
  readonly from: number;
  readonly to: number | undefined;
  readonly max: number;
  readonly label: string | undefined;
}

/**
 * Frames of videos, cut by the ffmpeg of the machine: `video:clip.mp4?fps=1`, or a folder whose folders are classes. A
 * video is one group. Frames that were read last are remembered; an older one is cut again when it is asked for.
 */
export function videoFormat(settings: { readonly memory?: number } = {}): DataFormat<'video'> {
  const { memory = 64 * 2 ** 20 } = settings;
  return {
    name: 'video',
    description: 'clip.mp4?fps=1, or a folder of videos by class: frames, one group a video (needs ffmpeg)',
    async detect(ref, ctx) {
      const path = resolve(ctx.dir, placeOf(ref));
      const kind = await findKind(path);
      if (kind === 'file') return VIDEO.test(path);
      return kind === 'folder' && (await videosIn(path, 2)).length > 0 && !(await holdsPictures(path));
    },
    async open(ref, ctx) {
      const options = optionsOf(ref);
      const path = resolve(ctx.dir, placeOf(ref));
      const kind = await findKind(path);
      if (!kind) throw new SvError('SV_DATA_NOT_FOUND', `There is no ${path}.`, { fix: 'Check the path.' });
      const root = kind === 'folder' ? path : resolve(path, '..');
      const files = kind === 'folder' ? await videosIn(path) : [path];
      if (files.length === 0) throw new SvError('SV_DATA_EMPTY', `${path} holds no video.`);
      if (ctx.group !== undefined && !GROUPS.includes(ctx.group)) throw noGroup(ctx.group, GROUPS);
      if (options.label !== undefined) readLabel(options.label, ctx.task);
      await requireFfmpeg(ctx.signal);
      return {
        name: `video:${ref}`,
        async *samples() {
          const recent = createRecent<Uint8Array>(memory, (bytes) => bytes.length);
          for (const file of files) yield* samplesOf(file, root, options, ctx, recent);
        },
      };
    },
  };
}

async function* samplesOf(
  file: string,
  root: string,
  { label: given, ...options }: VideoOptions,
  ctx: DataContext,
  recent: ReturnType<typeof createRecent<Uint8Array>>,
): AsyncGenerator<Sample> {
  const clip = relative(root, file).split(sep).join('/');
  const folders = clip.split('/').slice(0, -1);
  const split = folders.map(splitOfName).find((part) => part !== undefined);
  const { signal } = ctx;
  try {
    const label = given === undefined ? labelIn(folders, ctx) : readLabel(given, ctx.task);
    let frames = 0;
    // One more than is given: it says whether there are more.
    for await (const { bytes, time } of clipFrames(file, { ...options, max: options.max + 1, signal })) {
      if (frames === options.max) {
        const message = `It was cut after ${frames} frames.`;
        ctx.problem({ where: clip, code: 'SV_DATA_FORMAT', message: `${message} Raise the limit with \`?max=\`.` });
        break;
      }
      const id = `${clip}#${time.toFixed(3)}`;
      await recent.get(id, async () => bytes);
      frames++;
      const said = { group: clip, clip, time, id, source: basename(root), label, split };
      yield {
        id,
        label,
        group: String(said[(ctx.group ?? 'group') as keyof typeof said] ?? id),
        source: said.source,
        ...(split === undefined ? {} : { split }),
        meta: { clip, time },
        read: () => recent.get(id, () => clipFrameAt(file, time, signal)),
      };
    }
  } catch (error) {
    if (signal.aborted || !isSvError(error)) throw error;
    // What came before the damage was given; the next video is another matter.
    ctx.problem({ where: clip, code: error.code, message: error.message });
  }
}

/** The class by the nearest folder that is named after one. */
function labelIn(folders: readonly string[], { task }: DataContext): string | null {
  if (!task) return folders.filter((name) => splitOfName(name) === undefined).at(-1) ?? null;
  for (const folder of [...folders].reverse()) {
    const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, ' ');
    const found = task.classes.find((name) => plain(name) === plain(folder));
    if (found !== undefined) return found;
  }
  return null;
}

/** A name may hold a `?` itself: options are `key=value` to the end. */
const OPTIONS = /\?((?:[a-z]+=[^?&]*)(?:&[a-z]+=[^?&]*)*)$/;

const placeOf = (ref: string) => ref.replace(OPTIONS, '');

function optionsOf(ref: string): VideoOptions {
  const given = new URLSearchParams(OPTIONS.exec(ref)?.[1] ?? '');
  for (const key of given.keys()) {
    if (KEYS.includes(key)) continue;
    throw new SvError('SV_DATA_FORMAT', `Videos have no option \`${key}\`.${didYouMean(key, KEYS)}`, {
      fix: `Options are ${KEYS.join(', ')}.`,
    });
  }
  const number = (key: string, least: number, most: number): number | undefined => {
    const text = given.get(key);
    if (text === null) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new SvError(
      'SV_DATA_FORMAT',
      `\`${key}\` of the video is \`${text}\`, expected a number from ${least} to ${most}.`,
    );
  };
  const DAY = 86_400;
  const [from, to] = [number('from', 0, DAY) ?? 0, number('to', 0, DAY)];
  if (to !== undefined && to <= from) {
    throw new SvError('SV_DATA_FORMAT', `The video is to be read from ${from} s to ${to} s.`, {
      fix: '`to` is later than `from`.',
    });
  }
  return {
    fps: number('fps', 1e-4, 1000) ?? 1,
    from,
    to,
    max: Math.floor(number('max', 1, 10_000_000) ?? DEFAULT_MAX),
    label: given.get('label') ?? undefined,
  };
}

async function videosIn(folder: string, depth = 32): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) found.push(...(await videosIn(path, depth - 1)));
    else if (entry.isFile() && VIDEO.test(entry.name)) found.push(path);
  }
  return found;
}

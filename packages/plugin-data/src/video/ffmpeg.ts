import { isAbsolute } from 'node:path';
import { SvError } from '@streetvision/core';
import { jpegFiles } from './jpeg-stream.js';
import { startTool } from './tool.js';

/** One frame of a clip. */
export interface ClipFrame {
  /** JPEG. */
  readonly bytes: Uint8Array;
  /** Seconds from the start of the clip. */
  readonly time: number;
}

export interface FramesOptions {
  /** Frames a second: the first frame of each 1/fps seconds. All of them where the clip has fewer. */
  readonly fps: number;
  /** Seconds to start from. @default 0 */
  readonly from?: number | undefined;
  /** Seconds to end at. @default the end */
  readonly to?: number | undefined;
  /** @default all */
  readonly max?: number | undefined;
  readonly signal: AbortSignal;
}

const INSTALL = 'Install ffmpeg: `apt-get install ffmpeg`, `brew install ffmpeg` or `winget install ffmpeg`.';

// A playlist or a script is a video too for ffmpeg, and may name other files: containers alone are read.
const CONTAINERS = 'mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,h264,hevc';
const MAX_PIXELS = 2 ** 26;

/** Throws `SV_DATA_TOOL` where ffmpeg is not installed or does not run. */
export async function requireFfmpeg(signal: AbortSignal): Promise<void> {
  const tool = startTool('ffmpeg', ['-hide_banner', '-version'], { signal, install: INSTALL });
  tool.output.resume();
  await tool.done;
}

/** The frames of a video file, in order, a few at a time. Throws `SV_DATA_TOOL`, `SV_DATA_FORMAT`. */
export async function* clipFrames(path: string, options: FramesOptions): AsyncGenerator<ClipFrame> {
  const { fps, from = 0, to, max, signal } = options;
  const times = createTimes();
  const tool = startTool('ffmpeg', argumentsOf(path, fps, from, to, max), {
    signal,
    install: INSTALL,
    onLine: times.onLine,
  });
  const failed = tool.done.then(
    () => times.end(),
    (error: unknown) => times.end(error),
  );
  let whole = false;
  try {
    for await (const bytes of jpegFiles(tool.output)) yield { bytes, time: from + (await times.next()) };
    whole = true;
  } catch (error) {
    tool.stop();
    // Half a frame is what a failure leaves; the failure itself says more.
    await tool.done;
    throw error;
  } finally {
    if (!whole) tool.stop();
    await failed;
  }
  await tool.done;
}

/** The same frame as `clipFrames` gave, byte for byte. Throws `SV_DATA_TOOL`. */
export async function clipFrameAt(path: string, time: number, signal: AbortSignal): Promise<Uint8Array> {
  // Half a millisecond before it, since its time is rounded.
  for await (const { bytes } of clipFrames(path, { fps: 1000, from: Math.max(0, time - 0.0005), max: 1, signal })) {
    return bytes;
  }
  throw new SvError('SV_DATA_FORMAT', `${path} has no frame at ${time.toFixed(3)} s any more.`);
}

function argumentsOf(path: string, fps: number, from: number, to: number | undefined, max: number | undefined) {
  if (!isAbsolute(path)) throw new SvError('SV_DATA_FORMAT', `The path \`${path}\` of a video is not absolute.`);
  const bucket = (t: string) => `floor(${t}*${fps}+0.001)`;
  const select = `select='isnan(prev_selected_t)+gt(${bucket('t')},${bucket('prev_selected_t')})'`;
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-v', 'level+info'],
    ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS, '-max_pixels', String(MAX_PIXELS)],
    ...(from > 0 ? ['-ss', from.toFixed(6)] : []),
    ...(to === undefined ? [] : ['-t', Math.max(0, to - from).toFixed(6)]),
    // With `file:` in front, no name is an option, an address or a pattern.
    ...['-i', `file:${path}`, '-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', `${select},showinfo=checksum=0`, '-fps_mode', 'passthrough'],
    ...(max === undefined ? [] : ['-frames:v', String(max)]),
    ...['-c:v', 'mjpeg', '-q:v', '2', '-f', 'image2pipe', 'pipe:1'],
  ];
}

/** The times of frames, as the `showinfo` filter writes them on standard error, for whoever has the pictures. */
function createTimes() {
  const known: number[] = [];
  let unit = Number.NaN;
  let wake: (() => void) | undefined;
  let over = false;
  let failure: unknown;
  return {
    onLine(line: string): void {
      const base = /config in time_base: (\d+)\/(\d+)/.exec(line);
      if (base) unit = Number(base[1]) / Number(base[2]);
      const frame = /\] n: *\d+ pts: *(-?\d+) /.exec(line);
      if (!frame) return;
      known.push(Math.max(0, Number(frame[1]) * unit));
      wake?.();
    },
    end(error?: unknown): void {
      over = true;
      failure = error;
      wake?.();
    },
    async next(): Promise<number> {
      while (known.length === 0 && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const time = known.shift();
      if (time !== undefined && Number.isFinite(time)) return time;
      throw (
        failure ??
        new SvError('SV_DATA_TOOL', 'ffmpeg did not say when a frame is.', { fix: 'Install ffmpeg 5.1 or later.' })
      );
    },
  };
}

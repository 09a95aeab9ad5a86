import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Io, StopSignal } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';

export interface Shell {
  readonly cwd: string;
  /** Runs `sv` in this process. */
  sv(...argv: string[]): Promise<{ code: number; out: string; err: string }>;
  /** The same, for what is to be looked at while it runs. */
  start(argv: readonly string[], options?: { stdin?: Readable; tty?: boolean; env?: Io['env'] }): Running;
  write(name: string, text: string | Uint8Array): Promise<void>;
}

export interface Running {
  readonly stdout: PassThrough;
  readonly done: Promise<{ code: number; out: string; err: string }>;
  readonly killed: number[];
  press(signal?: StopSignal): void;
  /** Resolves when standard output has shown this; throws when the command ends without. */
  shown(text: string): Promise<void>;
}

/** A folder of its own, with a cascade that decides by how bright a picture is. */
export async function openShell(config: string | null = CONFIG): Promise<Shell> {
  const cwd = await mkdtemp(join(tmpdir(), 'sv-cli-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const write = (name: string, text: string | Uint8Array) => writeFile(join(cwd, name), text);
  await write('brightness.mjs', PLUGIN);
  if (config !== null) await write('sv.config.mjs', config);
  const start: Shell['start'] = (argv, { stdin = Readable.from([]), tty = false, env = {} } = {}) => {
    const stdout = Object.assign(new PassThrough(), { isTTY: tty, columns: 100 });
    const stderr = Object.assign(new PassThrough(), { isTTY: tty, columns: 100 });
    const listeners = new Set<(signal: StopSignal) => void>();
    const killed: number[] = [];
    let out = '';
    let err = '';
    stdout.on('data', (chunk) => (out += chunk));
    stderr.on('data', (chunk) => (err += chunk));
    const io: Io = {
      stdin,
      stdout,
      stderr,
      cwd,
      env: { NO_COLOR: '1', ...env },
      onStop(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      kill: (code) => void killed.push(code),
    };
    let ended = false;
    const done = main(argv, io).then((code) => {
      ended = true;
      return { code, out, err };
    });
    return {
      stdout,
      killed,
      done,
      press: (signal = 'SIGINT') => {
        for (const listener of listeners) listener(signal);
      },
      async shown(text) {
        while (!out.includes(text)) {
          if (ended) throw new Error(`The command has ended without showing ${text}: ${err}`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    };
  };
  return { cwd, write, start, sv: (...argv) => start(argv).done };
}

/** A grey picture; `level` is its brightness, 0–255. */
export function grey(level: number): Promise<Uint8Array> {
  return sharp({ create: { width: 16, height: 16, channels: 3, background: { r: level, g: level, b: level } } })
    .png()
    .toBuffer();
}

const PLUGIN = `
const mean = async (frame) => {
  const { data } = await frame.pixels();
  return data.reduce((sum, value) => sum + value, 0) / data.length / 255;
};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const brightness = ({ delayMs = 0, commands = [], doctor } = {}) => ({
  name: 'brightness',
  api: '^1',
  stages: [
    { name: 'quick', maxBatch: 4, run: async (frames) => { await later(delayMs); return Promise.all(frames.map(async (frame) => ({ score: await mean(frame) }))); } },
    { name: 'sure', run: async (frames) => Promise.all(frames.map(async (frame) => ({ score: (await mean(frame)) > 0.5 ? 0.99 : 0.01 }))) },
  ],
  commands,
  doctor,
});
export default brightness;
`;

/** `options` is what the plugin takes, as code. */
export const config = (options = '{}', rest = '') => `
import { brightness } from './brightness.mjs';
export default {
  task: { name: 'light', classes: ['dark', 'light'], positive: 'light' },
  plugins: [brightness(${options})],
  cascade: [
    { run: 'quick', exit: (verdict) => (verdict.score < 0.2 || verdict.score > 0.8 ? { reason: 'clear enough' } : undefined) },
    { run: 'sure', fuse: (verdict, evidence) => ({ ...verdict, score: evidence.at(-1).output.score }) },
  ],
  ${rest}
};
`;

const CONFIG = config();

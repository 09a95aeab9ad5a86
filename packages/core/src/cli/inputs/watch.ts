import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Input } from './input.js';
import { leftOut, looksLikePicture, walk } from './walk.js';

/** A file counts as complete when its size has not changed for so long, in milliseconds. */
const SETTLED_MS = 300;

/** A file that was there for the walk is told of no later than this, in milliseconds, unless it is still being written. */
const TOLD_MS = 5_000;

export interface FolderWatch {
  /** The pictures of the folders, and then each that appears in them, until the signal comes. */
  stream(): AsyncGenerator<Input>;
  /** Says how an input ended. One that failed comes again when its file changes: it may have been half written. */
  settled(name: string, failed: boolean): void;
}

/** A picture that was handed over. */
interface Taken {
  readonly name: string;
  /** Size and time of change when it was. */
  readonly mark: string;
  changed?: boolean;
  failed?: boolean;
}

/** @param waiting called once, when every picture that was there has been handed over */
export function watchFolders(
  folders: readonly string[],
  cwd: string,
  signal: AbortSignal,
  waiting: () => void,
): FolderWatch {
  // By path: told of and not yet taken; taken by the walk a moment ago, when they may still be told of; and in the
  // works or failed.
  const arrived = new Map<string, string>();
  const walked = new Map<string, number>();
  const taken = new Map<string, Taken>();
  let wake = () => {};
  const again = (path: string, name: string) => {
    taken.delete(path);
    arrived.set(path, name);
    wake();
  };
  const onChange = (path: string, stats: Stats | undefined) => {
    const one = taken.get(path);
    if (!one || markOf(stats) === one.mark) return;
    if (one.failed) again(path, one.name);
    else one.changed = true;
  };
  const take = async (name: string): Promise<Input> => {
    const path = resolve(cwd, name);
    taken.set(path, { name, mark: markOf(await stat(path).catch(() => undefined)) });
    return { name };
  };

  async function* stream(): AsyncGenerator<Input> {
    const { watch } = await import('chokidar');
    const roots = folders.map((folder) => ({ folder, path: resolve(cwd, folder) }));
    const watcher = watch(
      roots.map(({ path }) => path),
      {
        ignoreInitial: true,
        followSymlinks: false,
        alwaysStat: true,
        awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 50 },
        ignored: (path, stats) =>
          roots.every((root) => root.path !== path) &&
          (leftOut(basename(path)) || (stats?.isFile() === true && !looksLikePicture(basename(path)))),
      },
    );
    watcher.on('add', (path, stats) => {
      forget(walked);
      if (walked.delete(path)) return onChange(path, stats);
      const root = roots.find((one) => path.startsWith(one.path + sep));
      again(path, root ? join(root.folder, relative(root.path, path)) : path);
    });
    watcher.on('change', onChange);
    watcher.on('unlink', (path) => {
      walked.delete(path);
      taken.delete(path);
    });
    const close = () => {
      wake();
      void watcher.close();
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      await new Promise<void>((done, fail) => watcher.once('ready', done).once('error', fail));
      // What appears during the walk is found by both.
      for (const folder of folders) {
        for await (const name of walk(folder, cwd)) {
          const path = resolve(cwd, name);
          forget(walked);
          if (!arrived.delete(path)) walked.set(path, performance.now());
          yield await take(name);
        }
      }
      waiting();
      while (!signal.aborted) {
        const [next] = arrived;
        if (next === undefined) await new Promise<void>((done) => (wake = done));
        else {
          arrived.delete(next[0]);
          yield await take(next[1]);
        }
      }
    } finally {
      signal.removeEventListener('abort', close);
      await watcher.close();
    }
  }

  return {
    stream,
    settled(name, failed) {
      const path = resolve(cwd, name);
      const one = taken.get(path);
      if (!one) return;
      if (!failed) taken.delete(path);
      else if (one.changed) again(path, one.name);
      else one.failed = true;
    },
  };
}

const markOf = (stats: Stats | undefined) => (stats ? `${stats.size} ${stats.mtimeMs}` : '');

/** Keeps what was walked in the last moments only; a map is in the order of its entries. */
function forget(walked: Map<string, number>): void {
  const oldest = performance.now() - TOLD_MS;
  for (const [path, at] of walked) {
    if (at > oldest) return;
    walked.delete(path);
  }
}

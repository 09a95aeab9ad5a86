import { relative, resolve } from 'node:path';
import type { Input } from './input.js';
import { looksLikePicture, walk } from './walk.js';

/** A file counts as complete when its size has not changed for so long, in milliseconds. */
const SETTLED_MS = 300;

/** The pictures of the folders, and then each that appears in them, until the signal comes. */
export async function* watchFolders(
  folders: readonly string[],
  cwd: string,
  signal: AbortSignal,
): AsyncGenerator<Input> {
  const { watch } = await import('chokidar');
  const arrived: string[] = [];
  let wake = () => {};
  const watcher = watch([...folders], {
    cwd,
    ignoreInitial: true,
    followSymlinks: false,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 50 },
    ignored: (path, stats) =>
      hidden(relative(cwd, resolve(cwd, path))) || (stats?.isFile() === true && !looksLikePicture(nameOf(path))),
  });
  watcher.on('add', (path) => {
    arrived.push(path);
    wake();
  });
  const close = () => {
    wake();
    void watcher.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    await new Promise<void>((done, fail) => watcher.once('ready', done).once('error', fail));
    // What appears during the walk is found by both.
    const walked = new Set<string>();
    for (const folder of folders) {
      for await (const name of walk(folder, cwd)) {
        walked.add(resolve(cwd, name));
        yield { name };
      }
    }
    while (!signal.aborted) {
      const name = arrived.shift();
      if (name === undefined) await new Promise<void>((done) => (wake = done));
      else if (!walked.delete(resolve(cwd, name))) yield { name };
    }
  } finally {
    signal.removeEventListener('abort', close);
    await watcher.close();
  }
}

const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const hidden = (path: string) => path.split(/[\\/]/).some((part) => part.startsWith('.') && !/^\.+$/.test(part));

import { basename, join, relative, resolve, sep } from 'node:path';
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
  const roots = folders.map((folder) => ({ folder, path: resolve(cwd, folder) }));
  const watcher = watch(
    roots.map(({ path }) => path),
    {
      ignoreInitial: true,
      followSymlinks: false,
      awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: 50 },
      ignored: (path, stats) =>
        roots.every((root) => root.path !== path) &&
        (basename(path).startsWith('.') || (stats?.isFile() === true && !looksLikePicture(basename(path)))),
    },
  );
  watcher.on('add', (path) => {
    const root = roots.find((one) => path.startsWith(one.path + sep));
    arrived.push(root ? join(root.folder, relative(root.path, path)) : path);
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

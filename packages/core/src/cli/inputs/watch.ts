import { basename, join, relative, resolve, sep } from 'node:path';
import type { Input } from './input.js';
import { leftOut, looksLikePicture, walk } from './walk.js';

/** A file counts as complete when its size has not changed for so long, in milliseconds. */
const SETTLED_MS = 300;

/** A file that was there for the walk is told of no later than this, in milliseconds, unless it is still being written. */
const TOLD_MS = 5_000;

/** The pictures of the folders, and then each that appears in them, until the signal comes. */
export async function* watchFolders(
  folders: readonly string[],
  cwd: string,
  signal: AbortSignal,
): AsyncGenerator<Input> {
  const { watch } = await import('chokidar');
  // By path: told of and not yet taken; and taken by the walk a moment ago, when they may still be told of.
  const arrived = new Map<string, string>();
  const walked = new Map<string, number>();
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
        (leftOut(basename(path)) || (stats?.isFile() === true && !looksLikePicture(basename(path)))),
    },
  );
  watcher.on('add', (path) => {
    forget(walked);
    if (walked.delete(path)) return;
    const root = roots.find((one) => path.startsWith(one.path + sep));
    arrived.set(path, root ? join(root.folder, relative(root.path, path)) : path);
    wake();
  });
  watcher.on('unlink', (path) => void walked.delete(path));
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
        yield { name };
      }
    }
    while (!signal.aborted) {
      const [next] = arrived;
      if (next === undefined) await new Promise<void>((done) => (wake = done));
      else {
        arrived.delete(next[0]);
        yield { name: next[1] };
      }
    }
  } finally {
    signal.removeEventListener('abort', close);
    await watcher.close();
  }
}

/** Keeps what was walked in the last moments only; a map is in the order of its entries. */
function forget(walked: Map<string, number>): void {
  const oldest = performance.now() - TOLD_MS;
  for (const [path, at] of walked) {
    if (at > oldest) return;
    walked.delete(path);
  }
}

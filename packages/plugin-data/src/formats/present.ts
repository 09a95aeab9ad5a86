import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Whether a file is there. Asks once per folder, so that a million pictures are not a million questions. */
export function createPresence(): (path: string) => Promise<boolean> {
  const folders = new Map<string, Promise<ReadonlySet<string>>>();
  return async (path) => {
    const folder = dirname(path);
    const files = folders.get(folder) ?? filesOf(folder);
    folders.set(folder, files);
    // Asked itself where it is not listed: it may be a link, or of another case on a disk that does not mind.
    return (
      (await files).has(path) ||
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      )
    );
  };
}

async function filesOf(folder: string): Promise<ReadonlySet<string>> {
  // A folder that is missing or closed has no files; each picture in it is then reported by name.
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name)));
}

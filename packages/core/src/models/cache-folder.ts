import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the cache lies unless the config names a folder: `$SV_CACHE`, else `$XDG_CACHE_HOME/streetvision`, else
 * `streetvision` in the user's cache folder (`~/.cache`, macOS `~/Library/Caches`, Windows `%LOCALAPPDATA%`).
 */
export function defaultCacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.SV_CACHE) return env.SV_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'streetvision');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'streetvision');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'streetvision');
  return join(home, '.cache', 'streetvision');
}

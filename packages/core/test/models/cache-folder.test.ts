import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultCacheFolder } from '../../src/models/index.js';

it.each([
  [{ SV_CACHE: '/weights', XDG_CACHE_HOME: '/xdg' }, 'linux', '/weights'],
  [{ XDG_CACHE_HOME: '/xdg' }, 'linux', join('/xdg', 'streetvision')],
  [{}, 'linux', join('/home/me', '.cache', 'streetvision')],
  [{}, 'darwin', join('/home/me', 'Library', 'Caches', 'streetvision')],
  [{ LOCALAPPDATA: '/local' }, 'win32', join('/local', 'streetvision')],
  [{}, 'win32', join('/home/me', 'AppData', 'Local', 'streetvision')],
] as const)('the cache of %j on %s is %s', (env, platform, folder) => {
  expect(defaultCacheFolder(env, platform, '/home/me')).toBe(folder);
});

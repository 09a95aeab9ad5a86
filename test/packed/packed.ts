import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lock } from 'proper-lockfile';
import { type Ended, ran } from './process.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What `sv init` asks for. */
const FIRST = ['core', 'plugin-dinov3', 'task-roadwork', 'backbone-starter'] as const;
const PACKAGES = [...FIRST, 'onnx', 'plugin-data', 'plugin-learn'] as const;
export type PackageName = `@streetvision/${(typeof PACKAGES)[number]}`;

/** The packages as they would be published, and a folder in which a newcomer has installed them. */
export interface Packed {
  /** Tarball of each package. */
  readonly tarballs: Readonly<Record<PackageName, string>>;
  /** Written by `sv init`, then `npm install` of all packages: nothing is there but what they declare. Not to be changed. */
  readonly folder: string;
  /** `sv` as npm linked it there. */
  readonly sv: string;
}

/** Folders of other contents are removed after so long, in milliseconds. */
const KEPT_MS = 60 * 60_000;
const PREFIX = 'streetvision-packed-';

let made: Promise<Packed> | undefined;

/** Packs the built packages and installs them, once for each content of them on this machine. */
export function packed(): Promise<Packed> {
  made ??= pack();
  return made;
}

/** Flags for an `npm install` in a test. */
export const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund'] as const;

/** Runs npm; throws with what it said when it fails. */
export async function npm(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await ran('npm', args, { cwd });
  if (ended.code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${ended.code}:\n${ended.err}${ended.out}`);
  return ended;
}

async function pack(): Promise<Packed> {
  for (const name of PACKAGES) await requireFresh(name);
  const destination = await mkdtemp(join(tmpdir(), 'sv-pack-'));
  try {
    const workspaces = PACKAGES.flatMap((name) => ['-w', `@streetvision/${name}`]);
    const { out } = await npm(ROOT, 'pack', ...workspaces, '--json', '--pack-destination', destination);
    const files = JSON.parse(out) as { name: PackageName; filename: string; integrity: string }[];
    const key = createHash('sha256')
      .update(files.map(({ integrity }) => integrity).join())
      .update(process.version);
    const home = join(tmpdir(), PREFIX + key.digest('hex').slice(0, 16));
    await mkdir(home, { recursive: true });
    const unlock = await lock(home, { retries: { retries: 240, minTimeout: 500, maxTimeout: 1_000 } });
    try {
      if (!existsSync(join(home, 'ready'))) await install(home, destination, files);
    } finally {
      await unlock();
    }
    await utimes(home, new Date(), new Date());
    await removeOld(home);
    const tarballs = files.map(({ name, filename }) => [name, join(home, filename)] as const);
    const folder = join(home, 'newcomer');
    return {
      tarballs: Object.fromEntries(tarballs) as Record<PackageName, string>,
      folder,
      sv: join(folder, 'node_modules/.bin', process.platform === 'win32' ? 'sv.cmd' : 'sv'),
    };
  } finally {
    await rm(destination, { recursive: true });
  }
}

/** What a newcomer does, with tarballs in place of the registry. */
async function install(home: string, from: string, files: readonly { name: PackageName; filename: string }[]) {
  await cp(from, home, { recursive: true });
  const folder = join(home, 'newcomer');
  await rm(folder, { recursive: true, force: true });
  const init = await ran(process.execPath, [join(ROOT, 'packages/core/bin/sv.cjs'), 'init', folder, '--yes'], {
    cwd: home,
  });
  if (init.code !== 0) throw new Error(`sv init ended with ${init.code}: ${init.err}`);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const { name, filename } of files) {
    const first = FIRST.some((one) => name === `@streetvision/${one}`);
    if (first && !(name in manifest.dependencies)) throw new Error(`sv init wrote no dependency on ${name}`);
    manifest.dependencies[name] = `file:../${filename}`;
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await npm(folder, ...INSTALL);
  await writeFile(join(home, 'ready'), '');
}

/** What is packed must be what was written. */
async function requireFresh(name: string): Promise<void> {
  const folder = join(ROOT, 'packages', name);
  const built = await stat(join(folder, 'dist/index.js')).catch(() => undefined);
  const entries = await readdir(join(folder, 'src'), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (built && (await stat(path)).mtimeMs <= built.mtimeMs) continue;
    throw new Error(`packages/${name}/dist is missing or older than ${path}: run \`npm run build\`.`);
  }
}

async function removeOld(current: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (!name.startsWith(PREFIX) || path === current || name.endsWith('.lock')) continue;
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Fence, fileOf } from './fences.js';
import { ROOT } from './pages.js';

/** What became of a page's commands. */
export interface Session {
  readonly code: number;
  /** Both streams of everything that was run, for the message of a failure. */
  readonly log: string;
  /** What each command of a `console` fence printed, in order. */
  readonly printed: readonly string[];
}

/** Between what commands print; nothing else prints it. */
const MARK = '\u0001';

/**
 * Runs the fences of one page as its reader would: in an empty folder but for photos, one after the other, in one shell.
 * Fences that are files are written at their turn.
 */
export async function runPage(fences: readonly Fence[]): Promise<Session> {
  const folder = await mkdtemp(join(tmpdir(), 'sv-docs-'));
  try {
    const home = join(folder, 'project');
    await mkdir(join(folder, 'bin'));
    await symlink(join(ROOT, 'test/docs/npm.mjs'), join(folder, 'bin/npm'));
    await symlink(join(ROOT, 'test/docs/npx.sh'), join(folder, 'bin/npx'));
    await cp(join(ROOT, 'examples/quickstart/pictures'), join(home, 'photos'), { recursive: true });
    // The reader of the first page stands in a checkout that is installed and built.
    if (fences[0]?.page === 'README.md') {
      for (const name of ['examples', 'node_modules']) await symlink(join(ROOT, name), join(home, name));
    }
    const script = (await Promise.all(fences.map((fence, index) => asScript(fence, folder, index)))).join('\n');
    await writeFile(join(folder, 'page.sh'), `set -eo pipefail\n${script}`);
    return await shell(folder, home);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function asScript(fence: Fence, folder: string, index: number): Promise<string> {
  const { language, body } = fence;
  const file = fileOf(fence);
  if (file) {
    const kept = join(folder, `fence-${index}`);
    await writeFile(kept, body);
    return `mkdir -p '${dirname(file)}' && cp '${kept}' '${file}'`;
  }
  if (fence.notRun) return '';
  const tell = `echo '+ ${fence.page}:${fence.line}' >&2`;
  if (language === 'sh') return `${tell}\n${body}`;
  if (language !== 'console') return '';
  return commandsOf(fence)
    .map(({ command }) => `${tell}\necho '${MARK}'; { ${command}\n} 2>&1 || true; echo '${MARK}'`)
    .join('\n');
}

/** The commands of a `console` fence, each with what it is said to print. */
export function commandsOf({ body }: Fence): { readonly command: string; readonly output: string }[] {
  const parts = body.split(/^\$ /m).slice(1);
  return parts.map((part) => {
    const [command = '', ...output] = part.split('\n');
    return { command, output: output.join('\n') };
  });
}

function shell(folder: string, cwd: string): Promise<Session> {
  // What the runner and npm have set would change what a child prints and which folder npm takes for its own.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|npm_|INIT_CWD|NODE_ENV|TEST$)/i.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    SV_CACHE: join(folder, 'cache'),
    SV_DOCS_ROOT: ROOT,
    SV_DOCS_NPM: which('npm'),
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    npm_config_offline: 'true',
  };
  return new Promise((resolve) => {
    execFile(
      'bash',
      [join(folder, 'page.sh')],
      { cwd, env, timeout: 110_000, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        const printed = stdout.split(MARK).filter((_, index) => index % 2 === 1);
        resolve({ code, log: `${stdout.replaceAll(MARK, '')}\n${stderr}`, printed });
      },
    );
  });
}

function which(name: string): string {
  const found = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (!found) throw new Error(`${name} is not on the PATH`);
  return found;
}

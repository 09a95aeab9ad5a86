import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import semver from 'semver';
import { SvError } from '../../errors/sv-error.js';
import type { CliCall, CliCommand } from '../command.js';
import { EXIT_CODES } from '../exit-codes.js';
import * as templates from '../init/templates.js';

const CONFIG = /^sv\.config\.(m?ts|[mc]?js|json|ya?ml)$/;

/** A config that runs. */
export const init: CliCommand = {
  name: 'init',
  description: 'write a config that runs with the embedded starter model',
  args: '[dir]',
  options: [
    { flags: '--format <format>', description: 'ts or yaml (default: ts)' },
    { flags: '-y, --yes', description: 'ask nothing' },
    { flags: '--force', description: 'replace a config that is there' },
  ],
  async run(call) {
    const dir = resolve(call.cwd, (call.args[0] as string | undefined) ?? '.');
    const format = await chooseFormat(call);
    if (format === undefined) return EXIT_CODES.interrupted.code;
    const there = await readdir(dir).catch((error: NodeJS.ErrnoException): string[] => {
      if (error.code === 'ENOENT') return [];
      throw cannotWrite(dir, error);
    });
    const other = there.find((name) => CONFIG.test(name));
    if (other && !call.options.force) {
      throw new SvError('SV_CLI_USAGE', `${join(relative(call.cwd, dir), other)} is there already.`, {
        fix: 'Edit it, name another folder, or replace it with --force.',
      });
    }
    const config = templates.configFile[format];
    if (other && other !== config) {
      throw new SvError('SV_CLI_USAGE', `${other} is there already and would be found beside ${config}.`, {
        fix: `Remove ${other} first.`,
      });
    }
    const files: readonly (readonly [name: string, text: string])[] = [
      [config, templates.config[format]],
      ['package.json', templates.packageJson(packageName(dir))],
      ...(format === 'ts' ? ([['tsconfig.json', templates.tsconfig]] as const) : []),
      ...(knowsAllowScripts(call.io.env) ? [] : ([['.npmrc', templates.npmrc]] as const)),
      ['.gitignore', templates.gitignore],
    ];
    await mkdir(dir, { recursive: true }).catch((error) => {
      throw cannotWrite(dir, error);
    });
    for (const [name, text] of files) {
      const replace = name === config && call.options.force === true;
      const written = await write(join(dir, name), text, replace);
      call.print(
        written ? `wrote  ${join(relative(call.cwd, dir), name)}` : `kept   ${join(relative(call.cwd, dir), name)}`,
      );
    }
    call.print(
      `\nNext:\n${(await next(call, dir, there.includes('package.json'))).map((line) => `  ${line}`).join('\n')}`,
    );
    return EXIT_CODES.ok.code;
  },
};

/** Asks on a terminal only; `undefined` when the question was left with Ctrl-C. */
async function chooseFormat({ options, io }: CliCall): Promise<templates.ConfigFormat | undefined> {
  const given = options.format as string | undefined;
  if (given === 'ts' || given === 'yaml') return given;
  if (given !== undefined) {
    throw new SvError('SV_CLI_USAGE', `--format received \`${given}\` and expects ts or yaml.`);
  }
  // A terminal of no width, as some CI systems give, cannot show a question.
  if (options.yes || !io.stdin.isTTY || !io.stdout.isTTY || !io.stdout.columns) return 'ts';
  const { isCancel, select } = await import('@clack/prompts');
  const answer = await select({
    message: 'Which form should the config have?',
    options: [
      { value: 'ts' as const, label: 'TypeScript', hint: 'stage names and options are checked while you type' },
      { value: 'yaml' as const, label: 'YAML', hint: 'no code' },
    ],
    input: io.stdin,
    output: io.stdout,
  });
  return isCancel(answer) ? undefined : answer;
}

/** Whether it was written: what is there stays. */
async function write(path: string, text: string, replace: boolean): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: replace ? 'w' : 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cannotWrite(path, error);
  }
}

async function next({ cwd, io }: CliCall, dir: string, hasPackage: boolean): Promise<string[]> {
  const way = relative(cwd, dir);
  const own = hasPackage ? await manifest(join(dir, 'package.json')) : undefined;
  // What is there may be a link or a version of its own, which npm would replace.
  const missing = own ? templates.PACKAGES.filter((name) => !own.dependencies.has(name)) : [];
  return [
    ...(way ? [`cd ${way.includes(' ') ? JSON.stringify(way) : way}`] : []),
    ...(own && !own.allowScripts && knowsAllowScripts(io.env) ? [templates.allowScriptsCommand] : []),
    ['npm install', ...missing].join(' '),
    'npx sv doctor',
    'npx sv run <folder of pictures> --report report.html',
  ];
}

/** What a `package.json` asks for. */
async function manifest(path: string): Promise<{ dependencies: ReadonlySet<string>; allowScripts: boolean }> {
  try {
    const { dependencies, devDependencies, allowScripts } = JSON.parse(await readFile(path, 'utf8'));
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return { dependencies: new Set(names), allowScripts: allowScripts?.['onnxruntime-node'] !== undefined };
  } catch (cause) {
    throw new SvError('SV_CLI_USAGE', `${path} could not be read: ${(cause as Error).message}.`, {
      fix: 'Mend it first: npm cannot read it either.',
      cause,
    });
  }
}

/** npm says its version to what it runs; without npm nobody knows which one will install. */
function knowsAllowScripts(env: CliCall['io']['env']): boolean {
  const version = /^npm\/(\S+)/.exec(env.npm_config_user_agent ?? '')?.[1];
  return version !== undefined && semver.valid(version) !== null && semver.gte(version, '11.19.0');
}

/** npm takes lower case, digits, dots, dashes and underscores. */
function packageName(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name || 'cascade';
}

const cannotWrite = (path: string, cause: unknown) =>
  new SvError('SV_OUTPUT_WRITE', `${path} could not be written: ${(cause as Error).message}.`, {
    fix: 'Name another folder.',
    cause,
  });

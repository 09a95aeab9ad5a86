import { dirname } from 'node:path';
import { loadConfig } from '../config/index.js';
import { didYouMean } from '../errors/suggest.js';
import { isSvError, SvError } from '../errors/sv-error.js';
import { createLogger } from '../observe/log.js';
import { companionOf } from '../project/companions.js';
import { createProject } from '../project/create.js';
import { createRuntime } from '../runtime/index.js';
import type { Logger, Project, Runtime, UserConfig } from '../types/index.js';
import { colorsFor } from './colors.js';
import type { CliCall, CliCommand, GlobalOptions, LoadedConfig } from './command.js';
import { builtIn, helpFooter, pluginCommands } from './commands/index.js';
import { createDownloadProgress, together } from './download-progress.js';
import { errorText } from './error-text.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { createInterrupt } from './interrupt.js';
import { type Io, processIo } from './io.js';
import { humanLog } from './log-stream.js';
import { createMeters } from './meters.js';
import { glance, LOG_LEVELS, type Parsed, parseCommandLine } from './program.js';

/**
 * The command line: reads `argv`, runs one command, returns the exit code. Throws nothing.
 * @param argv without the program, such as `['run', 'photos', '--jsonl']`
 */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const pipe = watchPipes(io);
  let parsed: Parsed | undefined;
  try {
    parsed = await parse(argv, io);
    return parsed ? await execute(parsed, io) : EXIT_CODES.ok.code;
  } catch (error) {
    // The reader of standard output went away (`sv run … | head`): nobody is there to be told.
    if (pipe.broken) return EXIT_CODES.ok.code;
    const global = parsed?.global;
    const colors = colorsFor(io.stderr, io.env, global?.color ?? !argv.includes('--no-color'));
    const debug = global?.debug ?? (argv.includes('--debug') || Boolean(io.env.SV_DEBUG));
    io.stderr.write(`${errorText(error, colors, debug)}\n`);
    return isSvError(error) ? exitCodeOf(error.code) : EXIT_CODES.failure.code;
  }
}

/** Only a word that no built-in command knows, and the help page, need the config: a broken one breaks nothing else. */
async function parse(argv: readonly string[], io: Io): Promise<Parsed | undefined> {
  const { word, config } = glance(argv);
  const known = word !== undefined && builtIn.some(({ name }) => name.split(' ')[0] === word);
  const joined = builtIn.map((command) => ({ command }));
  if (known || (word === undefined && argv.some((part) => part === '--version' || part === '-V'))) {
    return parseCommandLine(argv, joined, io, '');
  }
  const found = await pluginCommands(io, config);
  const footer = helpFooter(found.error);
  if (word === undefined) {
    const help = argv.length === 0 ? ['--help'] : argv;
    return parseCommandLine(help, [...joined, ...found.commands], io, footer);
  }
  const companion = companionOf(word);
  const theirs = found.commands.some(({ command }) => command.name.split(' ')[0] === word);
  const mistyped = didYouMean(word, ['help', ...builtIn.map(({ name }) => name)]) !== '';
  if (!theirs && !mistyped && found.error && found.error.code !== 'SV_CONFIG_NOT_FOUND') throw found.error;
  if (!theirs && companion !== undefined) {
    throw new SvError('SV_CLI_USAGE', `\`sv ${word}\` comes with ${companion}, which is not installed here.`, {
      fix: `Run \`npm install ${companion}\`.`,
    });
  }
  return parseCommandLine(argv, [...joined, ...found.commands], io, footer);
}

async function execute({ joined, args, options, global }: Parsed, io: Io): Promise<number> {
  const interrupt = createInterrupt(io);
  const colors = { out: colorsFor(io.stdout, io.env, global.color), err: colorsFor(io.stderr, io.env, global.color) };
  interrupt.stopping.addEventListener('abort', () => {
    if (!global.quiet) io.stderr.write('\nStopping. Once more to leave at once.\n');
  });
  const log = loggerOf(global, io);
  const resources = createResources(global, io, log, interrupt.stopping);
  const call: CliCall = {
    args,
    options: { ...global, ...options },
    cwd: io.cwd,
    signal: interrupt.stopping,
    log,
    print: (text) => void io.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    ...resources.reach,
    progress: createMeters(io, global.quiet === true, colors.err),
    io,
    global,
    interrupt,
    colors,
  };
  try {
    const code = await (joined.command as CliCommand).run(call);
    return interrupt.exitCode() ?? code ?? EXIT_CODES.ok.code;
  } catch (error) {
    const stopped = interrupt.exitCode();
    // Stopped as it was told to: what waited for the signal says so by its name.
    if (stopped !== undefined && wasStopped(error)) return stopped;
    throw error;
  } finally {
    await resources.close();
    interrupt.dispose();
  }
}

const wasStopped = (error: unknown) =>
  isSvError(error) ? error.code === 'SV_ABORTED' : error instanceof Error && error.name === 'AbortError';

function loggerOf(global: GlobalOptions, io: Io): Logger {
  const level = global.logLevel ?? (io.env.SV_LOG || (global.quiet ? 'error' : 'info'));
  if (!LOG_LEVELS.includes(level)) {
    throw new SvError('SV_CLI_USAGE', `SV_LOG is \`${level}\`, expected one of ${LOG_LEVELS.join(', ')}.`);
  }
  const stream = global.jsonLogs
    ? { write: (line: string) => void io.stderr.write(line) }
    : humanLog(io.stderr, colorsFor(io.stderr, io.env, global.color));
  return createLogger({ level: level as 'info', stream });
}

/** Config and runtime, made when first asked for. */
function createResources(global: GlobalOptions, io: Io, log: Logger, signal: AbortSignal) {
  const changes: ((config: UserConfig) => UserConfig)[] = [];
  if (global.offline) changes.push((config) => ({ ...config, models: { ...config.models, offline: true } }));
  let loaded: Promise<LoadedConfig> | undefined;
  let runtime: Promise<Runtime> | undefined;
  let project: Promise<Project> | undefined;
  const config = () => {
    loaded ??= loadConfig({ cwd: io.cwd, ...(global.config ? { file: global.config } : {}) });
    return loaded.then(({ config, path }) => ({ path, config: changes.reduce((all, change) => change(all), config) }));
  };
  const downloads = createDownloadProgress(io, global.quiet === true, colorsFor(io.stderr, io.env, global.color));
  const common = { log, signal, onDownload: together(downloads.update) };
  const start = async () => {
    const { config: final, path } = await config();
    try {
      return await createRuntime(final, { ...common, cwd: dirname(path) });
    } finally {
      downloads.stop();
    }
  };
  const takeApart = async (optional: boolean) => {
    const found = await config().catch((error) => {
      if (optional && !global.config && isSvError(error) && error.code === 'SV_CONFIG_NOT_FOUND') return undefined;
      throw error;
    });
    return createProject(found?.config, { ...common, cwd: found ? dirname(found.path) : io.cwd, dataDir: io.cwd });
  };
  return {
    reach: {
      config,
      override: (change: (config: UserConfig) => UserConfig) => void changes.push(change),
      runtime: () => {
        runtime ??= start();
        return runtime;
      },
      project: ({ optional = false }: { readonly optional?: boolean } = {}) => {
        project ??= takeApart(optional);
        return project;
      },
    },
    async close() {
      const open = await runtime?.catch(() => undefined); // whoever asked for it has got the error
      await open?.close();
      await (await project?.catch(() => undefined))?.close();
      downloads.stop();
    },
  };
}

/** Without a listener, which stays for what is still in flight at the end, a reader that goes away is a crash. */
function watchPipes(io: Io): { broken: boolean } {
  const state = { broken: false };
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') state.broken = true;
  };
  io.stdout.on('error', onError);
  io.stderr.on('error', onError);
  return state;
}

import { Command as Commander, CommanderError, Option } from 'commander';
import { didYouMean } from '../errors/suggest.js';
import { SvError } from '../errors/sv-error.js';
import { VERSION } from '../version.js';
import type { GlobalOptions, JoinedCommand } from './command.js';
import type { Io } from './io.js';
import { printableLines } from './printable.js';

/** What the command line asks for. */
export interface Parsed {
  readonly joined: JoinedCommand;
  readonly args: readonly (string | readonly string[] | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly global: GlobalOptions;
}

export const LOG_LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];

const GLOBAL_OPTIONS = [
  // `-c=FILE`: many programs take it so; commander would look for a file named `=FILE`.
  new Option('-c, --config <file>', 'config file, instead of the one found from here upwards').argParser(
    (file: string) => file.replace(/^=/, ''),
  ),
  new Option('--offline', 'never touch the network'),
  new Option('-q, --quiet', 'no progress and no summary, only results and errors'),
  new Option('--log-level <level>', 'least important log line shown (default: $SV_LOG or info)').choices(LOG_LEVELS),
  new Option('--json-logs', 'log lines as JSON'),
  new Option('--no-color', 'no colours; so does NO_COLOR'),
  new Option('--debug', 'show where an error came from; so does SV_DEBUG'),
];

/** What is known of a command line before its command is: the first word that is no option, and the config file. */
export function glance(argv: readonly string[]): { readonly word?: string; readonly config?: string } {
  const parser = new Commander().helpOption(false);
  for (const option of GLOBAL_OPTIONS) parser.addOption(option);
  parser.exitOverride().configureOutput({ writeErr() {} });
  try {
    const [word] = parser.parseOptions([...argv]).operands;
    const { config } = parser.opts<GlobalOptions>();
    return { ...(word === undefined ? {} : { word }), ...(config === undefined ? {} : { config }) };
  } catch {
    return {}; // the real parser will tell what is wrong
  }
}

/**
 * Reads the command line. Help and version are written here; then there is nothing to run.
 * @throws {SvError} `SV_CLI_USAGE`
 */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly JoinedCommand[],
  io: Io,
  footer: string,
): Promise<Parsed | undefined> {
  let parsed: Parsed | undefined;
  const program = configure(new Commander('sv'), io)
    .description('Cascades of vision models: a cheap model answers most pictures, the rest travel on.')
    .usage('[options] <command>')
    .version(VERSION, '-V, --version', 'print the version')
    .addHelpText('after', footer);
  for (const option of GLOBAL_OPTIONS) program.addOption(option);
  for (const joined of commands) addCommand(program, joined, io, (found) => (parsed = found));
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usageError(error, glance(argv).word);
    throw error;
  }
  return parsed;
}

function configure(command: Commander, io: Io): Commander {
  return command
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      // Plugins describe their commands.
      writeOut: (text) => io.stdout.write(printableLines(text)),
      writeErr: (text) => io.stderr.write(printableLines(text)),
      outputError() {}, // it is thrown, and printed with all other errors
      getOutHelpWidth: () => io.stdout.columns || 100,
      getErrHelpWidth: () => io.stderr.columns || 100,
    });
}

/** The one place where a declarative command becomes commander's. `models pull` joins the group `models`. */
function addCommand(program: Commander, joined: JoinedCommand, io: Io, take: (parsed: Parsed) => void): void {
  const { command, plugin } = joined;
  const words = command.name.split(' ');
  const leaf = words.pop() as string;
  const parent = words.reduce((group, word) => groupOf(group, word, io), program);
  const described = plugin ? `${command.description} (${plugin})` : command.description;
  const child = configure(parent.command(leaf), io).description(described);
  if (command.args) child.arguments(command.args);
  for (const { flags, description, default: fallback } of command.options ?? []) {
    child.option(flags, description, fallback as string);
  }
  if (parent !== program) parent.description(parent.commands.map((one) => one.name()).join(', '));
  child.action(() => {
    take({ joined, args: child.processedArgs, options: child.opts(), global: program.opts<GlobalOptions>() });
  });
}

function groupOf(parent: Commander, name: string, io: Io): Commander {
  const known = parent.commands.find((command) => command.name() === name);
  if (known) return known;
  const group = configure(parent.command(name), io).usage('<command>');
  group.action(() => {
    const names = group.commands.map((command) => command.name());
    const received = group.args[0];
    const path = `sv ${name}`;
    throw new SvError(
      'SV_CLI_USAGE',
      received === undefined
        ? `\`${path}\` needs one of: ${names.join(', ')}.`
        : `\`${path}\` has no command \`${received}\`; it has ${names.join(', ')}.${didYouMean(received, names)}`,
      { fix: `See \`${path} --help\`.` },
    );
  });
  return group.allowExcessArguments();
}

function usageError(error: CommanderError, word: string | undefined): undefined {
  // Help and version end the parse with exit code 0.
  if (error.exitCode === 0) return undefined;
  const [what = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const near = /Did you mean (one of )?(.*)\?/.exec(hint);
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`.replace(/\.?$/, '.');
  const guess = near ? ` Did you mean ${near[1] ?? ''}\`${near[2]}\`?` : '';
  const known = word !== undefined && error.code !== 'commander.unknownCommand';
  throw new SvError('SV_CLI_USAGE', `${sentence}${guess}`, { fix: `See \`sv ${known ? `${word} ` : ''}--help\`.` });
}

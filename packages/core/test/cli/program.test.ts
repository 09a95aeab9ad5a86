import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import { VERSION } from '../../src/version.js';
import { config, openShell } from './shell.js';

const COMMANDS = `{ commands: [
  { name: 'publish', description: 'sends it off', args: '<where>', options: [{ flags: '--times <n>', description: 'how often', default: 1 }],
    run: ({ args, options, print }) => { print(args[0] + ' ' + options.times + ' ' + (options.offline === true)); return 7; } },
  { name: 'miner start', description: 'mines', run: async ({ runtime, print }) => print((await runtime()).task.name) },
  { name: 'fail', description: 'throws', run: () => { throw new TypeError('no such thing'); } },
] }`;

describe('usage', () => {
  it.each([
    [['rnu', 'photos'], "Unknown command 'rnu'. Did you mean `run`?  fix   See `sv --help`."],
    [['run', 'photos', '--jsno'], "Unknown option '--jsno'. Did you mean `--json`?  fix   See `sv run --help`."],
    [['run'], "Missing required argument 'inputs'.  fix   See `sv run --help`."],
    [
      ['explain', 'a.jpg', 'b.jpg'],
      "Too many arguments for 'explain'. Expected 1 argument but got 2.  fix   See `sv explain --help`.",
    ],
    [['run', 'photos', '--json', '--csv'], '--json and --csv were given together.  fix   Give one of them.'],
    [['run', 'photos', '--limit', '0'], '--limit received `0` and expects a whole number of at least 1.'],
    [['run', 'photos', '--retry-errors'], '--retry-errors was given without --resume.'],
    [['run', '-', '-'], '`-` was given more than once, and standard input can be read once only.'],
  ])('refuses %j', async (argv, text) => {
    const { sv } = await openShell();
    const { code, out, err } = await sv(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err.replace(/\n {2}docs[\s\S]*$/, '').replace(/\n/g, '')).toBe(`SV_CLI_USAGE  ${text}`);
  });

  it('prints version and help, the latter also without a command', async () => {
    const { sv } = await openShell(null);
    expect(await sv('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
    const help = await sv('--help');
    expect(help).toEqual(await sv());
    expect(help.code).toBe(0);
    expect(help.out).toMatch(/^ {2}130 {2}Stopped with Ctrl-C; what was done is kept\.$/m);
  });
});

it.each([[['-cdeep.mjs']], [['-c=deep.mjs']], [['-qcdeep.mjs']], [['-c', 'deep.mjs']], [['--config=deep.mjs']]])(
  'finds the commands of the config in %j',
  async (argv) => {
    const { sv, write } = await openShell(null);
    await write('deep.mjs', config(COMMANDS));
    expect(await sv(...argv, 'publish', 'hub')).toEqual({ code: 7, out: 'hub 1 false\n', err: '' });
    expect((await sv('publish', 'hub', ...argv)).code).toBe(7);
  },
);

describe('a config with a mistake', () => {
  const BROKEN = 'export default { plugins: [], cascade: [{ runn: "quick" }] };';

  it('breaks neither help nor doctor, and each says where to look', async () => {
    const { sv } = await openShell(BROKEN);
    const help = await sv('--help');
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toContain(
      'Commands of plugins are missing here, because the config has a mistake (SV_CONFIG_INVALID)',
    );
    const doctor = await sv('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('cascade[0]');
  });

  it('is what stands in the way of a command that only a plugin can have', async () => {
    const { sv } = await openShell(BROKEN);
    expect((await sv('publish')).err).toContain('SV_CONFIG_INVALID');
    expect((await sv('rnu')).err).toContain('Did you mean `run`?');
    expect((await sv('run', '.')).code).toBe(2);
  });
});

describe('commands of plugins', () => {
  it('join with their arguments, options and exit codes', async () => {
    const { sv } = await openShell(config(COMMANDS));
    expect(await sv('publish', 'home', '--times', '3', '--offline')).toEqual({
      code: 7,
      out: 'home 3 true\n',
      err: '',
    });
    expect((await sv('publish', 'home')).out).toBe('home 1 false\n');
    expect((await sv('--help')).out).toMatch(/publish \[options\] <where> +sends it off \(brightness\)/);
    expect((await sv('publsih', 'home')).err).toContain("Unknown command 'publsih'. Did you mean `publish`?");
  });

  it('join a group, and get the runtime', async () => {
    const { sv } = await openShell(config(COMMANDS));
    expect(await sv('miner', 'start')).toEqual({ code: 0, out: 'light\n', err: '' });
    expect((await sv('miner', 'strat')).err).toContain(
      '`sv miner` has no command `strat`; it has start. Did you mean `start`?',
    );
    expect((await sv('miner')).code).toBe(2);
  });

  it('cannot take the place of another', async () => {
    const { sv } = await openShell(config("{ commands: [{ name: 'run', description: '', run() {} }] }"));
    expect((await sv('publish')).err).toContain('The command `run` of brightness is there already, from sv itself.');
  });

  it('report what they did not expect with the stack', async () => {
    const { sv } = await openShell(config(COMMANDS));
    const { code, err } = await sv('fail');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^unexpected error {2}no such thing\n {2}This is a bug in StreetVision or in a plugin\.[\s\S]*at Object\.run/,
    );
  });
});

it('shows where an error came from with --debug only', async () => {
  const { sv } = await openShell(null);
  expect((await sv('run', '.')).err).not.toContain('    at ');
  expect((await sv('run', '.', '--debug')).err).toContain('    at ');
});

it('refuses a log level that does not exist', async () => {
  const { start, sv } = await openShell();
  expect((await start(['doctor'], { env: { SV_LOG: 'loud' } }).done).err).toContain(
    'SV_LOG is `loud`, expected one of debug',
  );
  expect((await sv('doctor', '--log-level', 'loud')).code).toBe(2);
});

it('maps codes to exit codes: mistakes of the user, and failures', () => {
  const codes = ['SV_CONFIG_INVALID', 'SV_HEAD_MISMATCH', 'SV_PLUGIN_SETUP', 'SV_MODEL_DOWNLOAD', 'SV_OUTPUT_WRITE'];
  expect(codes.map(exitCodeOf)).toEqual([2, 2, 1, 1, 1]);
});

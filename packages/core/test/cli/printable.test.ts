import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/colors.js';
import { printable, printableLines } from '../../src/cli/printable.js';
import { createSummary } from '../../src/cli/summary.js';
import { grey, openShell } from './shell.js';

/** What a terminal would obey, or not show. */
const OBEYED = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const EVIL = '\\u001b]0;owned\\u0007\\u009b2J\\u202e';

it('shows what a terminal would obey, and leaves writing systems and emoji alone', () => {
  expect(printable('a\u001b[2J\n\u009b\u007f')).toBe('a\\x1b[2J\\x0a\\x9b\\x7f');
  expect(printable('x\u202egpj.\u2066exe\u2069 \ufeff\u00ad\u200f\u{e0041}')).toBe(
    'x\\u202egpj.\\u2066exe\\u2069 \\ufeff\\xad\\u200f\\u{e0041}',
  );
  const untouched = 'straße 道路 می‌خواهم 👷🏽‍♀️ \u0600';
  expect(printable(untouched)).toBe(untouched);
  expect(printableLines('a\n\tb\r\u2028')).toBe('a\n\tb\\x0d\\u2028');
});

describe('text of plugins and file names', () => {
  const plugin = `{
    name: 'evil', api: '^1',
    stages: [{ name: 'st${EVIL}age', run: (frames) => frames.map((frame) => {
      if (frame.id.endsWith('bad.png')) throw new Error('broken ${EVIL}');
      return { score: 0.9 };
    }) }],
    hooks: { onResult: () => { throw new Error('hook ${EVIL}'); } },
    doctor: () => [{ level: 'problem', message: 'no ${EVIL} head\\nsecond line', fix: 'run ${EVIL}' }],
    commands: [
      { name: 'fail', description: 'fails ${EVIL}', run() { throw new Error('failed ${EVIL}'); } },
      { name: 'log', description: 'logs', run({ log }) { log.warn('late ${EVIL}\\nnext', { 'k${EVIL}': 'v${EVIL}', err: new Error('e${EVIL}'), list: ['${EVIL}'] }); } },
    ],
  }`;
  const text = `export default {
    task: { name: 'light', classes: ['dark', 'li${EVIL}ght'], positive: 'li${EVIL}ght' },
    plugins: [${plugin}],
    cascade: [{ run: 'st${EVIL}age', exit: () => ({ reason: 'why ${EVIL}' }) }],
  };`;

  it.each([
    [['run', 'a.png', 'bad.png']],
    [['run', '-c', 'gone\u001b[2J\u202e.ts', 'a.png']],
    [['explain', 'a.png']],
    [['explain', 'bad.png', '--debug']],
    [['doctor']],
    [['bench', 'a.png', '-n', '2', '--warmup', '0']],
    [['fail', '--debug']],
    [['log']],
    [['--help']],
    [['plugin', 'check', 'gone\u001b[2J']],
  ])('never reaches the terminal raw: sv %j', async (argv) => {
    const { sv, write } = await openShell(text);
    await write('a.png', await grey(200));
    await write('bad.png', await grey(100));
    const { out, err } = await sv(...argv);
    const all = out + err;
    expect(all).toMatch(/\\x1b/);
    expect(all.split('\n').filter((line) => OBEYED.test(line))).toEqual([]);
  });

  it('is shown in the log so that no line passes for another', async () => {
    const { sv } = await openShell(text);
    expect((await sv('log')).err).toMatch(/^warning {2}late .*\n {2}next {2}k\\x1b/);
  });

  it('is shown in the summary', () => {
    const summary = createSummary();
    summary.add({ input: 'a', error: { code: 'X\u001b[2J', message: '' } });
    expect(summary.text(1, colorsFor({}, {}))).toContain('X\\x1b[2J 1 (100 %)');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Fence, fencesOf } from './fences.js';
import { pages, ROOT } from './pages.js';
import { commandsOf, runPage } from './shell.js';

const shells = ['sh', 'console'];
const isShell = ({ language }: Fence) => shells.includes(language);

describe('commands of the documentation', () => {
  it('are in fences that say what they are', () => {
    const known = [...shells, 'ts', 'js', 'json', 'yaml', 'text', 'diff'];
    const others = pages.flatMap(fencesOf).filter(({ language }) => !known.includes(language));
    expect(others.map(({ page, line, language }) => `${page}:${line} ${language || 'no language'}`)).toEqual([]);
  });

  it('are run, or say why not', () => {
    const bare = pages.flatMap(fencesOf).filter((fence) => fence.notRun !== undefined && !isShell(fence));
    expect(bare.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  // What is not run here is at least there.
  it('name scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    const unrun = pages.flatMap(fencesOf).filter((fence) => isShell(fence) && fence.notRun?.includes('checkout'));
    const named = unrun.flatMap(({ body }) => [...body.matchAll(/npm (?:run )?(?!ci|i\b|install|pack)([\w-]+)/g)]);
    expect(named.map(([, name]) => name).filter((name) => !((name as string) in scripts))).toEqual([]);
  });

  // An install script of onnxruntime would fail without a network; what is run here installs by links, and would not notice.
  it('install only after the install script is switched off', () => {
    const first = pages
      .filter(({ path }) => path.startsWith('docs/'))
      .flatMap((page) => fencesOf(page).find((fence) => !fence.notRun && fence.body.includes('npm install')) ?? []);
    expect(first.length).toBeGreaterThan(10);
    const bare = first.filter(({ body }) => !body.startsWith("echo 'onnxruntime-node-install=skip' > .npmrc\n"));
    expect(bare.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it('that fail are noticed', async () => {
    const { code, log } = await runPage(
      fencesOf({ path: 'page.md', text: '```sh\nls photos\nls nowhere | sort\necho on\n```' }),
    );
    expect(code).not.toBe(0);
    expect(log).toContain('digger.jpg');
    expect(log).not.toContain('on\n');
  });

  const run = pages
    .map((page) => [page.path, fencesOf(page)] as const)
    .filter(([, fences]) => fences.some((fence) => isShell(fence) && !fence.notRun));
  it.each(run)('%s', { timeout: 120_000 }, async (_path, fences) => {
    const { code, log, printed } = await runPage(fences);
    expect(code, log).toBe(0);
    const consoles = fences.filter(({ language, notRun }) => language === 'console' && !notRun);
    const expected = consoles.flatMap(commandsOf);
    for (const [at, { command, output }] of expected.entries()) {
      expect(plain(printed[at] ?? ''), command).toMatch(patternOf(output));
    }
  });
});

/** What differs from machine to machine goes: numbers, spaces, what npm has to say. */
function plain(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/\d+(?:[.,]\d+)*/g, '0')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && !/^npm (warn|notice)/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** `…` in what is documented stands for anything: on a line of its own for any lines. */
function patternOf(documented: string): RegExp {
  const escaped = plain(documented).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/^…\n/gm, '(?:.*\\n)*').replaceAll('…', '.*')}$`);
}

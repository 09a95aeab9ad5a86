import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../packages/core/src/cli/commands/index.js';
import { EXIT_CODES } from '../../packages/core/src/cli/exit-codes.js';
import type { Io } from '../../packages/core/src/cli/io.js';
import { main } from '../../packages/core/src/cli/main.js';
import { resultRow } from '../../packages/core/src/cli/output/row.js';
import { configJsonSchema } from '../../packages/core/src/config/index.js';
import { ERRORS } from '../../packages/core/src/errors/codes.js';
import { resolveSpec } from '../../packages/core/src/frames/spec.js';
import { HOOK_NAMES } from '../../packages/core/src/hooks/create.js';
import type { RuntimeOptions } from '../../packages/core/src/runtime/create-runtime.js';
import type { Plugin, Stage } from '../../packages/core/src/types/index.js';
import { data } from '../../packages/plugin-data/src/index.js';
import { learn } from '../../packages/plugin-learn/src/index.js';
import { codesBySection, errorsPage } from '../../tools/docs/errors-page.js';
import { fencesOf } from './fences.js';
import { ROOT } from './pages.js';

const page = (name: string) => readFileSync(`${ROOT}/docs/reference/${name}.md`, 'utf8');

describe('README.md', () => {
  it('has two commands for a fresh machine, the second of which CI runs', () => {
    const text = readFileSync(`${ROOT}/README.md`, 'utf8');
    const commands = fencesOf({ path: 'README.md', text }).filter(({ language }) => language === 'sh');
    expect(commands.map(({ body }) => body.trim())).toEqual(['npm ci && npm run quickstart', 'npm ci && npm test']);
    expect(readFileSync(`${ROOT}/.ci/run`, 'utf8').trimEnd().split('\n').at(-1)).toBe('npm ci && npm test');
  });
});

describe('errors.md', () => {
  it('is what the table of codes says', () => {
    expect(page('errors'), 'npx jiti tools/docs/write-errors.ts').toBe(errorsPage());
  });

  it('has every code once', () => {
    const listed = codesBySection().flatMap(([, codes]) => codes);
    expect([...listed].sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

describe('cli.md', () => {
  const text = page('cli');

  /** The part of a page under a heading. */
  const section = (heading: string) => text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const optionsIn = (part: string) =>
    [...part.matchAll(/^\| `((?:-\w, )?--[\w-]+(?: <\w+>)?)`/gm)].map(([, flags]) => flags as string).sort();

  const groups = [...new Set(builtIn.map(({ name }) => name.split(' ')[0] as string))];
  it.each(groups)('has every option of sv %s, and no other', (group) => {
    const commands = builtIn.filter(({ name }) => name.split(' ')[0] === group);
    const flags = new Set(commands.flatMap(({ options = [] }) => options.map((option) => option.flags)));
    expect(optionsIn(section(`sv ${group}`))).toEqual([...flags].sort());
  });

  it('has every global option, as --help prints them', async () => {
    const help = await printed(['--help']);
    const listed = [...help.matchAll(/^ {2}((?:-\w, )?--[\w-]+(?: <\w+>)?) /gm)].map(([, flags]) => flags as string);
    expect(listed.length).toBeGreaterThan(5);
    expect(optionsIn(section('Options of every command'))).toEqual(listed.sort());
  });

  it('has every command', () => {
    const linked = text.slice(0, text.indexOf('## '));
    for (const { name } of builtIn) {
      const [group = '', leaf] = name.split(' ');
      expect(linked).toMatch(new RegExp(`\`sv ${group}[^\`]*${leaf ?? ''}`));
    }
  });

  it('shows a row as it is written', () => {
    const [row] = fencesOf({ path: 'cli', text }).filter(({ language }) => language === 'json');
    expect(() => resultRow.parse(JSON.parse(row?.body ?? ''))).not.toThrow();
  });

  it('has every variable that the sources read', () => {
    const sources = globSync(['packages/*/src/**/*.ts'], { cwd: ROOT }).map((path) =>
      readFileSync(`${ROOT}/${path}`, 'utf8'),
    );
    const read = sources.flatMap((source) => [...source.matchAll(/env\.((?:SV|HF)_[A-Z_]+)/g)].map(([, name]) => name));
    expect(read.length).toBeGreaterThan(4);
    for (const name of read) expect(section('Environment')).toContain(`| \`${name}\` |`);
  });

  it('has every exit code', () => {
    for (const { code, meaning } of Object.values(EXIT_CODES)) expect(text).toContain(`| ${code} | ${meaning} |`);
  });
});

describe('learn.md', () => {
  it('has every command of the package, and every option of each', () => {
    const text = page('learn');
    for (const { name, options = [] } of learn().commands ?? []) {
      const part = text.split(/^## /m).find((one) => one.startsWith(`sv ${name}\n`)) ?? '';
      const flags = [...part.matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, one]) => (one as string).replaceAll('\\|', '|'));
      expect(flags, name).toEqual(options.map((option) => option.flags));
    }
  });
});

describe('data.md', () => {
  it('has every command and every format', () => {
    const text = page('data');
    const { commands = [], formats = [] } = data();
    const missing = commands.map(({ name }) => name).filter((name) => !text.includes(`sv ${name}`));
    expect(missing).toEqual([]);
    expect(formats.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('config.md', () => {
  it('has every key of the JSON Schema, and no other', () => {
    const text = page('config');
    const { properties } = configJsonSchema() as { properties: Record<string, Schema> };
    const headings = [...text.matchAll(/^### (\S+)$/gm)].map(([, key]) => key as string);
    expect(headings.sort()).toEqual(Object.keys(properties).sort());
    for (const key of ['budget', 'engine', 'models', 'images']) {
      expect(keysUnder(text, key), key).toEqual(Object.keys(properties[key]?.properties ?? {}).sort());
    }
    expect(keysUnder(text, 'cascade')).toEqual(Object.keys(properties.cascade?.items?.properties ?? {}).sort());
  });
});

describe('hooks.md', () => {
  it('has the six hooks, in their order', () => {
    const rows = [...page('hooks').matchAll(/^\| `(\w+)` \| `.*` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(HOOK_NAMES);
  });
});

describe('tables of fields', () => {
  it('frames.md has every key of a spec', () => {
    const keys = Object.keys(resolveSpec({ width: 1, height: 1 }));
    expect(fieldsIn('frames', 'TensorSpec')).toEqual(keys.sort());
  });

  it('plugins.md has every field of a plugin', () => {
    const fields = { name: 1, api: 1, version: 1, after: 1, order: 1, requires: 1, stages: 1, hooks: 1, sources: 1 };
    const rest = { targets: 1, formats: 1, augmentations: 1, engines: 1, commands: 1, setup: 1, doctor: 1 };
    const all = { ...fields, ...rest } satisfies Record<keyof Plugin, number>;
    expect(fieldsIn('plugins', 'Plugins')).toEqual(Object.keys(all).sort());
  });

  it('runtime.md has every option of createRuntime', () => {
    const all = { cwd: 1, log: 1, signal: 1, onDownload: 1, fetch: 1 } satisfies Record<keyof RuntimeOptions, number>;
    const [table = ''] = page('runtime').split('\n| option |')[1]?.split('\n\n') ?? [];
    const options = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
    expect(options.sort()).toEqual(Object.keys(all).sort());
  });

  it('stages.md has every field of a stage', () => {
    const fields = { name: 1, accepts: 1, maxBatch: 1, maxDelayMs: 1, parallel: 1, load: 1, run: 1, unload: 1 };
    const rest = { identity: 1, head: 1 };
    const all = { ...fields, ...rest } satisfies Record<keyof Stage, number>;
    expect(fieldsIn('stages', 'Contract')).toEqual(Object.keys(all).sort());
  });
});

/** Names in the first column of the first table under a heading; a row may have several, and signatures. */
function fieldsIn(name: string, heading: string): string[] {
  const part =
    page(name)
      .split(/^#+ /m)
      .find((one) => one.startsWith(`${heading}\n`)) ?? '';
  const table = part.slice(part.indexOf('\n|')).split('\n\n')[0] ?? '';
  const cells = table.split('\n').map((row) => row.split('|')[1] ?? '');
  return cells
    .flatMap((cell) => [...cell.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, field]) => field as string))
    .sort();
}

interface Schema {
  readonly properties?: Record<string, unknown>;
  readonly items?: Schema;
}

/** First column of the first table under a heading. */
function keysUnder(text: string, key: string): string[] {
  const part = text.split(/^###+ /m).find((one) => one.startsWith(`${key}\n`)) ?? '';
  return [...part.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string).sort();
}

/** What `sv` prints. */
async function printed(argv: readonly string[]): Promise<string> {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const io = { stdin: process.stdin, stdout, stderr: stdout, cwd: '/', env: {}, onStop: () => () => {}, kill() {} };
  await main(argv, io as Io);
  return text;
}

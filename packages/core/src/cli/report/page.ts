import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Client modules, each after those that it imports. */
const MODULES = [
  'dom',
  'format',
  'data',
  'stats',
  'filter',
  'theme',
  'summary',
  'flow',
  'timings',
  'histogram',
  'score-bar',
  'grid',
  'waterfall',
  'detail',
  'controls',
  'keyboard',
  'main',
] as const;
const STYLES = ['base', 'charts', 'grid', 'detail', 'print'] as const;

/** The page around the rows: `head` comes before the first of them, `tail` after the last. */
export interface Page {
  readonly head: string;
  readonly tail: string;
}

/** Text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** JSON for a script block: without `<` no tag and no comment can begin, whatever a file is called. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

/** ES modules become one script: each in a function of its own, that returns what it exports. */
function linked(modules: readonly { name: string; source: string }[]): string {
  const bodies = modules.map(({ name, source }) => {
    const exports = [...source.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(
      ([, exported]) => exported,
    );
    const body = source
      .replace(/^import (\{[^;]*?\}) from '\.\/([\w-]+)\.js';$/gm, "const $1 = modules['$2'];")
      .replace(/^export (?=async |function |const )/gm, '');
    return `modules['${name}'] = (() => {\n${body}\nreturn { ${exports.join(', ')} };\n})();`;
  });
  return `(() => {\n'use strict';\nconst modules = {};\n${bodies.join('\n')}\n})();`;
}

const asset = (name: string) => readFile(new URL(`./client/${name}`, import.meta.url), 'utf8');
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Reads the client's files and closes the page to everything that is not in it. */
export async function buildPage(title: string): Promise<Page> {
  const [shell, modules, styles] = await Promise.all([
    asset('report.html'),
    Promise.all(MODULES.map(async (name) => ({ name, source: await asset(`${name}.js`) }))),
    Promise.all(STYLES.map((name) => asset(`${name}.css`))),
  ]);
  const script = linked(modules);
  const style = styles.join('\n');
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const values: Record<string, string> = {
    '{{title}}': escapeHtml(title),
    '{{policy}}': policy,
    '<!-- style -->': `<style>${style}</style>`,
    '<!-- script -->': `<script>${script}</script>`,
  };
  const page = shell.replace(/\{\{\w+\}\}|<!-- (?:style|script) -->/g, (place) => values[place] ?? place);
  const [head, tail] = page.split('<!-- rows -->');
  return { head: head ?? '', tail: tail ?? '' };
}

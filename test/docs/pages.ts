import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** What readers follow step by step: every command in these pages is run, every file in them checked. */
export const pages: readonly Page[] = find(['README.md', 'docs/**/*.md', 'packages/*/README.md']);

/** Pages whose links must lead somewhere. */
export const linked: readonly Page[] = find([
  '*.md',
  'docs/**/*.md',
  'packages/*/*.md',
  'examples/*/README.md',
  'tools/**/*.md',
]);

function find(patterns: string[]): Page[] {
  const found = globSync(patterns, { cwd: ROOT, ignore: ['**/node_modules/**', '**/CHANGELOG.md'] });
  return found.sort().map((path) => ({ path, text: readFileSync(`${ROOT}/${path}`, 'utf8') }));
}

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { linked, type Page, ROOT } from './pages.js';

const withoutFences = (text: string) => text.replace(/^( *)(`{3,})[\s\S]*?^\1\2$/gm, '').replace(/`[^`\n]*`/g, '');

/** Anchors of a page, as GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutFences(text.replace(/^(#{1,6} .*)$/gm, (line) => line.replaceAll('`', ''))).matchAll(
    /^#{1,6} (.+)$/gm,
  );
  const seen = new Map<string, number>();
  const anchors = [...headings].map(([, heading = '']) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

function mistakesOf({ path, text }: Page): string[] {
  const links = [...withoutFences(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)];
  return links.flatMap(([, inline, html]) => {
    const target = (inline ?? html) as string;
    if (/^(https?:|mailto:)/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), decodeURIComponent(file));
    if (!existsSync(found)) return [`${path}: there is no ${relative(ROOT, found)}`];
    if (anchor === undefined || statSync(found).isDirectory()) return [];
    return anchorsOf(readFileSync(found, 'utf8')).has(anchor) ? [] : [`${path}: ${target} has no such heading`];
  });
}

it.each(linked.map((page) => [page.path, page] as const))('links of %s lead somewhere', (_path, page) => {
  expect(mistakesOf(page)).toEqual([]);
});

it('every page of docs is in its index', () => {
  const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const missing = linked.filter(({ path }) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(missing.map(({ path }) => path.slice(5)).filter((path) => !index.includes(`(${path})`))).toEqual([]);
});

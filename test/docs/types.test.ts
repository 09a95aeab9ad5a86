import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencesOf, fileOf } from './fences.js';
import { pages, ROOT } from './pages.js';

const fences = pages.flatMap(fencesOf).filter(({ language }) => language === 'ts');
const isWhole = (body: string) => /^(?:import|export) /m.test(body);
const whole = fences.filter(({ body, notChecked }) => isWhole(body) && !notChecked);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sv-docs-types-'));
  // The packages as they are published: types come from their builds.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('parts of files say so', () => {
  const parts = fences.filter(({ body, notChecked }) => !isWhole(body) && !notChecked);
  expect(parts.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

it('TypeScript of the documentation has no type errors', { timeout: 60_000 }, () => {
  const places = new Map<string, string>();
  for (const [index, fence] of whole.entries()) {
    // Files of one page stand together, so that one may import another.
    const path = join(folder, fence.page.replace(/\.md$/, ''), fileOf(fence) ?? `fence-${index}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fence.body);
    places.set(path, `${fence.page}:${fence.line}`);
  }
  const program = ts.createProgram([...places.keys()], {
    ...ts.convertCompilerOptionsFromJson(BASE, ROOT).options,
    noEmit: true,
    rootDir: '/',
    typeRoots: [join(ROOT, 'node_modules/@types')],
  });
  const mistakes = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    const place = file ? (places.get(file.fileName) ?? file.fileName) : '';
    return `${place} line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(mistakes).toEqual([]);
  expect(places.size).toBeGreaterThan(5);
});

const BASE = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile).config.compilerOptions;

import { satisfies, validRange } from 'semver';
import { VERSION } from '../../version.js';
import { type Check, violation } from './check.js';

/** What a config and the registry look for. */
export const KEYWORD = 'sv-plugin';
const CORE = '@streetvision/core';

/** The fields that are read here. */
interface PackageJson {
  readonly name?: string;
  readonly type?: string;
  readonly keywords?: readonly string[];
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Checks of the `package.json` around a plugin. */
export function packageChecks(given: unknown, pluginName: string): Check[] {
  const json = (typeof given === 'object' && given !== null ? given : {}) as PackageJson;
  return [
    {
      title: 'has the name of the plugin',
      run() {
        if (json.name === pluginName) return;
        throw violation(
          `The package is named ${json.name}, its plugin ${pluginName}.`,
          'Use one name: users install what errors name.',
        );
      },
    },
    {
      title: 'takes core as a peer',
      run() {
        if (json.dependencies?.[CORE]) {
          throw violation(
            `${CORE} is in \`dependencies\`: users would get two cores.`,
            'Move it to `peerDependencies`, and to `devDependencies` for tests.',
          );
        }
        const range = json.peerDependencies?.[CORE];
        if (!range || !validRange(range)) {
          throw violation(`peerDependencies["${CORE}"] is ${range ?? 'missing'}.`, `Write "^${VERSION}".`);
        }
        if (!satisfies(VERSION, range, { includePrerelease: true })) {
          throw violation(
            `peerDependencies["${CORE}"] is ${range}, and this core is ${VERSION}.`,
            `Write "^${VERSION}", once it works.`,
          );
        }
      },
    },
    {
      title: 'can be found by its keyword',
      run() {
        if (json.keywords?.includes(KEYWORD)) return;
        throw violation(`\`keywords\` lacks "${KEYWORD}".`, `Write "keywords": ["${KEYWORD}"].`);
      },
    },
    {
      title: 'is an ES module with exports and types',
      run() {
        if (json.type !== 'module')
          throw violation(`\`type\` is ${json.type ?? 'missing'}.`, 'Write "type": "module".');
        const main = mainExport(json.exports);
        if (!main)
          throw violation('`exports` has no entry for ".".', 'Write "exports": { ".": { "types": …, "default": … } }.');
        if (!main.types)
          throw violation('exports["."] has no types.', 'Add "types": "./dist/index.d.ts", before "default".');
      },
    },
  ];
}

/** What `exports["."]` names. */
export function mainExport(exports: unknown): { readonly default: string; readonly types?: string } | undefined {
  if (typeof exports === 'string') return { default: exports };
  const entry = (exports as Record<string, unknown> | undefined)?.['.'] ?? exports;
  if (typeof entry === 'string') return { default: entry };
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { types, import: esm, default: fallback } = entry as Record<string, unknown>;
  const file = esm ?? fallback;
  if (typeof file !== 'string') return undefined;
  return typeof types === 'string' ? { default: file, types } : { default: file };
}

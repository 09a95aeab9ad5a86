import { KEYWORD } from '../../../testing/conformance/package-checks.js';
import { VERSION } from '../../../version.js';
import type { PluginNames } from '../names.js';

/** What the template was tried with. */
const TOOLS = { '@types/node': '^20.19.0', tsup: '^8.5.1', typescript: '~5.9.3', vitest: '^4.1.12' };

export function packageJson({ package: name, stage }: PluginNames): string {
  const json = {
    name,
    version: '0.1.0',
    description: `StreetVision stage ${stage}: the share of orange pixels, as a score.`,
    keywords: [KEYWORD, 'streetvision'],
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist'],
    scripts: {
      build: 'tsup src/index.ts --format esm --dts --clean',
      test: 'vitest run',
      typecheck: 'tsc --noEmit',
      check: 'sv plugin check',
      prepack: 'npm run build',
    },
    // Up to 1.0.0: a plugin's `api` says what it needs of core.
    peerDependencies: { '@streetvision/core': `>=${VERSION} <1.0.0` },
    devDependencies: { '@streetvision/core': `^${VERSION}`, ...TOOLS },
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

export const tsconfig = `{
  "compilerOptions": {
    "target": "ES2023",
    "lib": ["ES2023"],
    "types": ["node"],
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "resolveJsonModule": true,
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["src", "test"]
}
`;

export const gitignore = 'node_modules/\ndist/\n';

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: '@streetvision/core/testing', replacement: source('packages/core/src/testing/index.ts') },
      { find: '@streetvision/core', replacement: source('packages/core/src/index.ts') },
      { find: '@streetvision/plugin-dinov3', replacement: source('packages/plugin-dinov3/src/index.ts') },
      { find: '@streetvision/task-roadwork', replacement: source('packages/task-roadwork/src/index.ts') },
      { find: '@streetvision/backbone-starter', replacement: source('packages/backbone-starter/src/index.ts') },
      { find: '@streetvision/plugin-data', replacement: source('packages/plugin-data/src/index.ts') },
      { find: '@streetvision/plugin-learn', replacement: source('packages/plugin-learn/src/index.ts') },
      { find: '@streetvision/onnx', replacement: source('packages/onnx/src/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'tools/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    typecheck: {
      enabled: true,
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
      ignoreSourceErrors: true,
    },
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});

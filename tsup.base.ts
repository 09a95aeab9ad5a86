import { defineConfig } from 'tsup';

/** One output file per source file: stack traces and worker files keep their places. Declarations come from tsc. */
export default defineConfig({
  entry: ['src/**/*.ts'],
  format: 'esm',
  target: 'node20',
  bundle: false,
  sourcemap: true,
  clean: true,
  // Errors are shown all the same.
  silent: true,
  onSuccess: 'tsc -p tsconfig.build.json',
});

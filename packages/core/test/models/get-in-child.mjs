// Gets one reference in a process of its own: `node get-in-child.mjs '<json of { ref, options }>'`.
// Prints a JSON line for each step of progress, and one with the file or the error.
import { createJiti } from 'jiti';

const { createModelStore } = await createJiti(import.meta.url, { fsCache: false }).import('../../src/models/index.ts');
const { ref, options } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const quiet = () => {};
const store = createModelStore({
  ...options,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  onProgress: ({ bytes }) => say({ bytes }),
});
try {
  say({ file: await store.get(ref) });
} catch (error) {
  say({ error: { code: error.code, message: error.message } });
}

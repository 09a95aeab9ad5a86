import { starter } from '@streetvision/backbone-starter';
import { createLogger, createRuntime, definePlugin, window } from '@streetvision/core';
import { dinov3 } from '@streetvision/plugin-dinov3';
import { roadwork } from '@streetvision/task-roadwork';

/** Counts answers by the stage that ended them: what a metrics endpoint would do. */
export function counter() {
  /** @type {Map<string, number>} */
  const exits = new Map();
  const plugin = definePlugin({
    name: 'exit-counter',
    api: '^1',
    hooks: {
      // An observer: if it throws, the failure is logged and the answer goes out all the same.
      onResult: ({ exit, label }) => {
        const key = `${exit.after}, ${label}`;
        exits.set(key, (exits.get(key) ?? 0) + 1);
      },
    },
  });
  return { exits, plugin };
}

/**
 * The cascade, ready to answer. Close it when done: it holds worker threads.
 * @param {import('@streetvision/core').Plugin} observer
 */
export function openCascade(observer) {
  return createRuntime(
    {
      task: roadwork(),
      plugins: [dinov3(starter), observer],
      cascade: [{ run: 'starter', exit: window(0.2, 0.8) }],
      budget: { ms: 5_000, concurrency: 4 },
      images: { maxBytes: 8 * 2 ** 20 },
    },
    // Paths and packages are looked for from here, wherever the program was started.
    { cwd: import.meta.dirname, log: createLogger({ level: 'warn' }) },
  );
}

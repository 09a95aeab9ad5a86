import { createRoster, type Member } from './roster.js';

/** Handlers that returned a promise which has not settled yet. */
export interface PendingHandlers {
  /** Returns what to call when it settled. */
  begin(plugin: string, hook: string): () => void;
  /** Reports what is unfinished when the process would exit, possibly nothing; returns what undoes it. */
  watch(report: (names: string[]) => void): () => void;
}

/** One listener for all runtimes of the process, however many there are. */
const watchers = new Set<() => void>();

/** An event loop that runs empty while a handler is pending means that nothing will ever settle it. */
function askAll(): void {
  for (const onExit of watchers) onExit();
}

export function createPendingHandlers(): PendingHandlers {
  const running = createRoster<Member & { plugin: string; hook: string }>();
  const names = () => [...new Set(running.members.map(({ plugin, hook }) => `${plugin} › ${hook}`))];
  return {
    begin(plugin, hook) {
      const entry = { plugin, hook, place: 0 };
      running.add(entry);
      return () => running.remove(entry);
    },
    watch(report) {
      const onExit = () => report(names());
      if (watchers.size === 0) process.on('beforeExit', askAll);
      watchers.add(onExit);
      return () => {
        watchers.delete(onExit);
        if (watchers.size === 0) process.off('beforeExit', askAll);
      };
    },
  };
}

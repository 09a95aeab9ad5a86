import { createRoster, type Member } from '../runtime/roster.js';

/** Handlers that returned a promise which has not settled yet. */
export interface PendingHandlers {
  /** Returns what to call when it settled. */
  begin(plugin: string, hook: string): () => void;
  /** Reports what is unfinished when the process would exit, possibly nothing; returns what undoes it. */
  watch(report: (names: string[]) => void): () => void;
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
      // An event loop that runs empty while a handler is pending means that nothing will ever settle it.
      const onExit = () => report(names());
      process.on('beforeExit', onExit);
      return () => process.off('beforeExit', onExit);
    },
  };
}

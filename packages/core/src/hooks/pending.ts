/** Handlers that returned a promise which has not settled yet. */
export interface PendingHandlers {
  /** Returns what to call when it settled. */
  begin(plugin: string, hook: string): () => void;
  /** Reports what is unfinished when the process would exit, possibly nothing; returns what undoes it. */
  watch(report: (names: string[]) => void): () => void;
}

export function createPendingHandlers(): PendingHandlers {
  const running = new Set<{ plugin: string; hook: string }>();
  const names = () => [...new Set(Array.from(running, ({ plugin, hook }) => `${plugin} › ${hook}`))];
  return {
    begin(plugin, hook) {
      const entry = { plugin, hook };
      running.add(entry);
      return () => running.delete(entry);
    },
    watch(report) {
      // An event loop that runs empty while a handler is pending means that nothing will ever settle it.
      const onExit = () => report(names());
      process.on('beforeExit', onExit);
      return () => process.off('beforeExit', onExit);
    },
  };
}

/** Threads that the running graphs of an engine share, however many models are open. */
export interface ThreadBudget {
  /**
   * Calls `go` as soon as so many threads are free and everybody who came before has had a turn, at once where possible;
   * `leave` gives them back. More than there are in all counts as all; none never waits.
   */
  enter(threads: number, go: (leave: () => void) => void): void;
}

/**
 * First come, first served: a graph of many threads is not passed by small ones for ever. A turn waits for nothing but
 * runs that have begun, so none can wait for another in a circle.
 */
export function createThreadBudget(threads: number): ThreadBudget {
  const waiting: { readonly need: number; readonly go: (leave: () => void) => void }[] = [];
  let free = threads;

  const admit = (): void => {
    for (let first = waiting[0]; first && first.need <= free; first = waiting[0]) {
      const { need, go } = first;
      waiting.shift();
      free -= need;
      let left = false;
      go(() => {
        if (left) return;
        left = true;
        free += need;
        admit();
      });
    }
  };

  return {
    enter(wanted, go) {
      if (wanted === 0) return go(() => {});
      waiting.push({ need: Math.min(wanted, threads), go });
      admit();
    },
  };
}

const KINDS = ['Timeout', 'Immediate', 'TCPServerWrap', 'TCPSocketWrap', 'FSEventWrap', 'ChildProcess', 'MessagePort'];

/**
 * Remembers what the process has; the returned function names what was added since: globals, listeners, environment,
 * working folder, timers and sockets. Files that were written are not seen.
 */
export function watchProcess(): () => string[] {
  const before = state();
  return () => {
    const after = state();
    const added = (what: string, were: readonly string[], are: readonly string[]) =>
      are.filter((name) => !were.includes(name)).map((name) => `${what} ${name}`);
    return [
      ...added('the global', before.globals, after.globals),
      ...added('the variable', before.env, after.env),
      ...added('a listener for', before.listeners, after.listeners),
      ...added('an open', before.resources, after.resources),
      ...(before.cwd === after.cwd ? [] : [`the working folder ${after.cwd}`]),
    ];
  };
}

function state() {
  return {
    globals: Object.getOwnPropertyNames(globalThis),
    env: Object.keys(process.env),
    // A count is part of the name, so that a second listener for the same event is seen.
    listeners: process.eventNames().map((name) => `${String(name)} (${process.listenerCount(name)})`),
    resources: numbered(process.getActiveResourcesInfo().filter((name) => KINDS.includes(name))),
    cwd: process.cwd(),
  };
}

function numbered(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return `${name} (${counts.get(name)})`;
  });
}

/** Two flags that a worker shares with the thread that started it. */
export type NativeFlags = Int32Array<SharedArrayBuffer>;

const BUSY = 0;
const LEAVING = 1;
// A graph that hangs for longer must not keep the process from ending.
const PATIENCE_MS = 30_000;

const watched = new Set<NativeFlags>();

export function createFlags(): NativeFlags {
  return new Int32Array(new SharedArrayBuffer(8));
}

/**
 * Lets the exit of the process wait for the native code of a worker. A thread that is torn down inside
 * onnxruntime aborts the whole process ("terminate called after throwing an instance of 'Napi::Error'").
 * @returns to be called once the worker is gone
 */
export function holdExit(flags: NativeFlags): () => void {
  if (watched.size === 0) process.on('exit', waitForAll);
  watched.add(flags);
  return () => {
    watched.delete(flags);
    if (watched.size === 0) process.off('exit', waitForAll);
  };
}

function waitForAll(): void {
  for (const flags of watched) Atomics.store(flags, LEAVING, 1);
  for (const flags of watched) Atomics.wait(flags, BUSY, 1, PATIENCE_MS);
}

/** Runs native code in the worker; never again once the process is about to exit. */
export async function inNative<T>(flags: NativeFlags, work: () => Promise<T>): Promise<T> {
  const done = () => {
    Atomics.store(flags, BUSY, 0);
    Atomics.notify(flags, BUSY);
  };
  // Busy first, then a look at leaving; the other side does it the other way round, so one of the two sees the other.
  Atomics.store(flags, BUSY, 1);
  if (Atomics.load(flags, LEAVING) === 1) {
    done();
    return new Promise<never>(() => {});
  }
  return work().finally(done);
}

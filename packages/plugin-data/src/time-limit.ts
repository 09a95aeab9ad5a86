/**
 * Runs work under a signal that ends with the given one, or after so many milliseconds. Node 20 may collect an
 * `AbortSignal.timeout` that only `AbortSignal.any` knows before it fires, and then nothing ends.
 */
export async function withTimeLimit<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const pass = () => limit.abort(signal.reason);
  signal.addEventListener('abort', pass, { once: true });
  const timer = setTimeout(() => limit.abort(new DOMException(`no end after ${ms / 1000} s`, 'TimeoutError')), ms);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

/**
 * Works on several items at once and gives what comes of them in the order of the items. What fails is thrown in its
 * place; no more than `parallel` items are held.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  parallel: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const job = work(item);
      // It is awaited below; until then a failure is not unhandled.
      job.catch(() => undefined);
      running.push(job);
      if (running.length >= parallel) yield await (running.shift() as Promise<R>);
    }
    while (running.length > 0) yield await (running.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(running);
  }
}

/** How long one thing may take to close: the others wait for their turn. */
export const CLOSING_MS = 5_000;

/** The work, or a failure once it has had long enough. */
export function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not finish within ${CLOSING_MS} ms`)), CLOSING_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

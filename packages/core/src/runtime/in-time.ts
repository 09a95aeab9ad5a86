import { messageOf } from '../errors/attribute.js';
import type { Logger } from '../types/index.js';

/** How long one thing may take to close. */
export const CLOSING_MS = 5_000;

/** Does what closes something; a failure or a hang is reported, and what comes after still gets its turn. */
export async function inTime(what: string, log: Logger, work: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.error(`${what} did not finish within ${CLOSING_MS} ms.`);
      resolve();
    }, CLOSING_MS);
  });
  try {
    await Promise.race([work(), late]);
  } catch (error) {
    log.error(`${what} failed: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

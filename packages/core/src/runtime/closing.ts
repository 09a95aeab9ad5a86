import { messageOf } from '../errors/attribute.js';
import { inTime } from '../hooks/in-time.js';
import type { Logger } from '../types/index.js';

/** Does what closes something; a failure or a hang is reported, and what comes after still gets its turn. */
export async function closeReported(what: string, log: Logger, work: () => unknown): Promise<void> {
  try {
    await inTime(Promise.resolve(work()));
  } catch (error) {
    log.error(`${what} failed: ${messageOf(error)}`);
  }
}

import type sharp from 'sharp';

export type Sharp = typeof sharp;

let opened: Promise<Sharp> | undefined;

/** Loads the native library at the first picture, so that importing core stays cheap, and settles it for a server. */
export function openSharp(): Promise<Sharp> {
  opened ??= import('sharp').then(({ default: sharp }) => {
    // One thread per picture: pictures side by side fill the cores, and 1 measured faster than 2 with 4 in flight.
    sharp.concurrency(1);
    // Every picture is another one, so the operation cache would only hold memory.
    sharp.cache(false);
    return sharp;
  });
  return opened;
}

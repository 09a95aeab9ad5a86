import pc from 'picocolors';
import type { Io } from './io.js';

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a stream: on a terminal, unless NO_COLOR or --no-color says otherwise; FORCE_COLOR turns them on. */
export function colorsFor(stream: { readonly isTTY?: boolean | undefined }, env: Io['env'], wanted = true): Colors {
  if (!wanted || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return pc.createColors(false);
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  return pc.createColors(forced || stream.isTTY === true);
}

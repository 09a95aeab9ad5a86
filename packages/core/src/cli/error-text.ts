import { withoutFix } from '../errors/attribute.js';
import { docsUrl, type ErrorCode } from '../errors/codes.js';
import { isSvError } from '../errors/sv-error.js';
import type { Colors } from './colors.js';
import { printable, printableLines } from './printable.js';

const ISSUES = 'https://github.com/streetvision/streetvision/issues';

/** An error for people: the code, what is wrong, what to do, where to read on. A stack only where it helps. */
export function errorText(error: unknown, colors: Colors, debug: boolean): string {
  if (!isSvError(error)) {
    return [
      `${colors.red('unexpected error')}  ${printableLines(error instanceof Error ? error.message : String(error))}`,
      `  This is a bug in StreetVision or in a plugin. Please report it with the lines below: ${ISSUES}`,
      indent(stackOf(error)),
    ].join('\n');
  }
  const { code, fix } = error;
  const lines = [`${colors.red(printable(code))}  ${printableLines(withoutFix(error))}`];
  if (fix) lines.push(`  ${colors.bold('fix')}   ${printableLines(fix)}`);
  lines.push(`  ${colors.dim(`docs  ${printable(docsUrl(code as ErrorCode))}`)}`);
  if (debug) lines.push(indent(stackOf(error)));
  return lines.join('\n');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}

const indent = (text: string) => printableLines(text).replace(/^/gm, '  ');

// Control characters, line separators, and format characters: most are invisible, and some turn the direction of the
// text, so that `x\u202egpj.exe` looks like `xexe.jpg`. Left as they are: joiners, and signs that are seen.
const UNPRINTABLE = /(?!\u200c|\u200d|[\u0600-\u0605\u06dd\u070f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name, on one line: it may hold line breaks and escape sequences, and a terminal must not obey them. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** A text of several lines, of which the line breaks and tabs are wanted. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, (found) => (found === '\n' || found === '\t' ? found : escaped(found)));
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

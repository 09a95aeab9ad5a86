import { ERRORS, type ErrorCode } from '../../packages/core/src/errors/codes.js';
import { NOTES, SECTIONS } from './error-notes.js';

/** The codes of each section, in the order of the table. */
export function codesBySection(): readonly (readonly [title: string, codes: readonly ErrorCode[]])[] {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return SECTIONS.map(([title, prefix]) => [title, codes.filter((code) => prefix.test(code))] as const);
}

/** docs/reference/errors.md, as it should be. */
export function errorsPage(): string {
  const sections = codesBySection().map(([title, codes]) => `## ${title}\n\n${codes.map(entry).join('\n\n')}`);
  return `${HEAD}\n\n${sections.join('\n\n')}\n`;
}

const entry = (code: ErrorCode): string =>
  `### ${code}\n\n${ERRORS[code]}\n\n- **Often:** ${NOTES[code].cause}\n- **Do:** ${NOTES[code].fix}`;

const HEAD = `<!-- Written by tools/docs/write-errors.ts from the table in packages/core/src/errors/codes.ts. Do not edit. -->

# Errors

Everything that fails throws an \`SvError\`, or becomes a row with \`error\` in the results of \`sv run\`. A code, once
released, keeps its meaning; messages may change.

| field | what it holds |
|---|---|
| \`code\` | one of the codes below |
| \`message\` | what was received, what was expected, what to do |
| \`where\` | \`{ plugin, hook, stage }\`, as far as they are known |
| \`fix\` | the last sentence of the message: what to do now |
| \`retryAfterMs\` | for \`SV_OVERLOADED\`: when to come back |
| \`cause\` | what was thrown underneath |
| \`docs\` | the address of its entry on this page |

\`isSvError(error)\` goes by the code and not by the class, so that it holds across several copies of core.
What the codes mean for a shell is under [exit codes](cli.md#exit-codes).`;

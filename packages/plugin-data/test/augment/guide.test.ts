import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { EFFECTS } from '../../src/augment/index.js';

const guide = fileURLToPath(new URL('../../../../docs/guides/augment-and-render.md', import.meta.url));

it('the guide has every effect, with its settings, ranges and defaults', () => {
  const rows = EFFECTS.map(({ name, description, settings }) => {
    const said = Object.entries(settings).map(([key, { low, high, default: usual, meaning }]) => {
      const range = typeof usual === 'number' ? usual : `${usual[0]}..${usual[1]}`;
      return `\`${key}=${range}\` ${meaning}, ${low} to ${high}`;
    });
    return `| \`${name}\` | ${description} | ${said.join('<br>')} |`;
  });
  expect(readFileSync(guide, 'utf8')).toContain(`\n${rows.join('\n')}\n`);
});

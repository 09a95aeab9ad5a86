import { expect, it } from 'vitest';
import { createLogger } from '../../src/index.js';

it('writes one JSON object a line, without secrets', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', stream: { write: (line: string) => void lines.push(line) } });
  log.debug('not shown');
  log.info('published', {
    token: 'hf_abc',
    repository: { name: 'r', token: 'hf_abc' },
    headers: { authorization: 'Bearer x' },
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'published',
    token: '[secret]',
    repository: { name: 'r', token: '[secret]' },
    headers: { authorization: '[secret]' },
  });
});

import { expect, it, onTestFinished, vi } from 'vitest';
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

it('goes on with info, and says so, where SV_LOG is not a level', () => {
  const said = (level: string) => {
    vi.stubEnv('SV_LOG', level);
    const lines: string[] = [];
    const log = createLogger({ stream: { write: (line: string) => void lines.push(line) } });
    log.debug('detail');
    log.info('began');
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
  };
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(said('verbose')).toEqual([
    'SV_LOG is `verbose`, expected one of trace, debug, info, warn, error, fatal, silent; going on with info.',
    'began',
  ]);
  expect(['debug', 'silent', ''].map(said)).toEqual([['detail', 'began'], [], ['began']]);
});

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { colorsFor } from '../../src/cli/colors.js';
import { humanLog } from '../../src/cli/log-stream.js';
import { createLogger } from '../../src/observe/log.js';

function logged(tty: boolean, say: (log: ReturnType<typeof createLogger>) => void): string {
  const stream = Object.assign(new PassThrough(), { isTTY: tty });
  say(createLogger({ level: 'info', stream: humanLog(stream, colorsFor(stream, { NO_COLOR: '1' })) }));
  return String(stream.read() ?? '');
}

it('writes a line with fields, without secrets', () => {
  const text = logged(false, (log) => {
    log.debug('not shown');
    log.warn('stage came late', { stage: 'yolo', ms: 12.5, token: 'hf_x', err: new Error('no answer') });
  });
  expect(text).toBe('warning  stage came late  stage=yolo  ms=12.5  token=[secret]  err=no answer\n');
});

it('takes the place of the progress bar on a terminal', () => {
  expect(logged(true, (log) => log.error('disk full'))).toBe('\r\u001b[Kerror  disk full\n');
});

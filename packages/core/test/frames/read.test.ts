import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readFrame } from '../../src/frames/read.js';
import { png } from './pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sv-read-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const refusal = async (name: string, limits?: { maxBytes: number }) => {
  const error = await readFrame(path(name), limits).then(
    () => new Error('was read'),
    (reason: Error) => reason,
  );
  return `${'code' in error ? error.code : ''} ${error.message.replaceAll(folder, '…').replaceAll('\0', '<nul>')}`;
};

describe('readFrame', () => {
  it('reads a file into a frame of that name', async () => {
    const bytes = await png(20, 10);
    writeFileSync(path('a.png'), bytes);
    const frame = await readFrame(path('a.png'));
    expect(frame.id).toBe(path('a.png'));
    expect(Buffer.from(frame.bytes).equals(bytes)).toBe(true);
    expect(await frame.info()).toMatchObject({ width: 20, height: 10, format: 'png' });
  });

  it('says what is in the way', async () => {
    writeFileSync(path('large.jpg'), '');
    // A sparse file: its size is known without reading it.
    truncateSync(path('large.jpg'), 2 ** 33);
    execFileSync('mkfifo', [path('pipe')]);
    expect([
      await refusal('none.jpg'),
      await refusal('https:/example.com/a.jpg'),
      await refusal('a.png/below.jpg'),
      await refusal('.'),
      await refusal('pipe'),
      await refusal('large.jpg'),
      await refusal('a\0b'),
    ]).toMatchInlineSnapshot(`
      [
        "SV_INPUT_NOT_FOUND There is no file \`…/none.jpg\`. Check the path.",
        "SV_INPUT_NOT_FOUND There is no file \`…/https:/example.com/a.jpg\`. URLs are not fetched: download the picture and pass its path or bytes.",
        "SV_INPUT_NOT_FOUND There is no file \`…/a.png/below.jpg\`. Check the path.",
        "SV_INPUT_UNREADABLE \`…\` is a folder, expected a file. Name the pictures in it, or read them yourself and pass the bytes.",
        "SV_INPUT_UNREADABLE \`…/pipe\` is a device, pipe or socket, expected a file. Name the pictures in it, or read them yourself and pass the bytes.",
        "SV_IMAGE_TOO_LARGE The picture has 8589934592 bytes; at most 33554432 are accepted. Send a smaller picture, or raise \`images.maxBytes\` in the config.",
        "SV_INPUT_UNREADABLE \`…/a<nul>b\` could not be read: ERR_INVALID_ARG_VALUE. Check the path and the disk.",
      ]
    `);
  });

  it.skipIf(process.getuid?.() === 0)('says when the permission is missing', async () => {
    writeFileSync(path('secret.jpg'), 'x');
    chmodSync(path('secret.jpg'), 0);
    expect(await refusal('secret.jpg')).toContain('SV_INPUT_UNREADABLE');
  });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../src/formats/lines.js';
import { tempFolder, write } from '../pictures.js';

async function lines(text: string | Uint8Array) {
  const dir = await tempFolder();
  await write(dir, { 'a.txt': text });
  const found: [number, string][] = [];
  for await (const { text, line } of readLines(join(dir, 'a.txt'))) found.push([line, text]);
  return found;
}

describe('readLines', () => {
  it('numbers lines, passes over empty ones, and takes one that is cut off', async () => {
    expect(await lines('\uFEFFa\r\n\n  \nb\nc')).toEqual([
      [1, 'a\r'],
      [4, 'b'],
      [5, 'c'],
    ]);
    expect(await lines('')).toEqual([]);
  });

  it('reads lines of many chunks, with characters that lie across two', async () => {
    // Three bytes a character: no chunk of a power of two ends between two of them.
    const long = '路'.repeat(400_000);
    expect(await lines(`x\n${long}\ny`)).toEqual([
      [1, 'x'],
      [2, long],
      [3, 'y'],
    ]);
  });

  it('refuses a line of more than 16 MiB', async () => {
    await expect(lines(`a\n${'x'.repeat(2 ** 24 + 1)}`)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SvError: a.txt line 2 has more than 16 MiB. Expected a text file with a line per sample.]`,
    );
    expect(await lines('x'.repeat(2 ** 24))).toHaveLength(1);
  });
});

import { createReadStream } from 'node:fs';

/** Lines of a UTF-8 file with their numbers, one at a time; empty ones are passed over. */
export async function* readLines(file: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  for await (const chunk of createReadStream(file)) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() as string;
    for (const text of parts) {
      line++;
      if (text.trim() !== '') yield { text, line };
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield { text: rest, line: line + 1 };
}

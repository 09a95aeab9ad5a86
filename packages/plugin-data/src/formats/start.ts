import { open } from 'node:fs/promises';

/** The first bytes of a file as text, for those who ask what it is. */
export async function readStart(file: string, bytes = 65_536): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
